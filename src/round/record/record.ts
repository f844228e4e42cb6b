import { z } from 'zod'
import { fieldsOf, listOf, mapOf } from '../../base/bounded-schema.ts'
import { contentIdSchema, peerIdSchema, roundSchema, signatureSchema, viewSchema } from '../identifier.ts'
import { announcementSchema } from '../message/announcement.ts'
import { joinSchema, leaveSchema } from '../message/membership.ts'
import { rosterEntrySchema } from '../roster/roster.ts'

const many = 4096
/** How many records after the parting another lineage can have and still be merged. */
export const MOST_PARTED = 64
/** Longest rank ladder. */
const RANKS = 32
const share = z.number().min(0).max(1)

/** A contribution that entered the aggregate, with its author's signature so that anyone can check it offline. */
const contributionSchema = fieldsOf({
  peer: peerIdSchema,
  body: announcementSchema,
  signature: signatureSchema,
  /** What the charter's rule gives it: its share of the samples, where it says nothing else. */
  weight: share,
  /** What its update was multiplied with to respect the norm rule; 1 if nothing was cut. */
  clip: share,
})

/** Why a peer of the roster is not among the contributors. */
export const exclusionReasonSchema = z.enum([
  /** Nothing was heard from it in this round; counts against its lease. */
  'silent',
  /** It is there, but its announcement did not come in time. */
  'late',
  /** Its factors could not be pulled from anybody. */
  'unavailable',
  /** Its factors are not what the charter asks for: shapes, rank, not finite. */
  'malformed',
  /** Its update is too large for the norm rule. */
  'norm',
])

const exclusionSchema = fieldsOf({
  peer: peerIdSchema,
  reason: exclusionReasonSchema,
  detail: z.string().max(256),
  /** What it had announced, for the reasons that judge it. */
  announced: fieldsOf({ body: announcementSchema, signature: signatureSchema }).nullable(),
})

/** Global factors: a blob, its size in bytes, and the CID of the list of its modules' hashes. */
export const globalSchema = fieldsOf({
  body: contentIdSchema,
  size: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  modules: contentIdSchema,
})

export const recordSchema = fieldsOf({
  v: z.literal(1),
  kind: z.literal('record'),
  federation: contentIdSchema,
  round: roundSchema.min(1),
  /** The record before; the charter for round 1. */
  previous: contentIdSchema,
  /** The view in which it was first proposed. */
  view: viewSchema,
  aggregator: peerIdSchema,
  /** CID of the round's roster: the `nextRoster` of the record before. */
  roster: contentIdSchema,
  /** By peer. */
  contributions: listOf(contributionSchema, 1, many),
  /** By peer; with the contributors they are the whole roster. */
  exclusions: listOf(exclusionSchema, 0, many),
  global: globalSchema,
  /** Share of the mean's energy that each rank of the ladder keeps, as the aggregator computed it. */
  energyKept: mapOf(z.string().regex(/^[1-9]\d{0,4}$/), share, RANKS),
  joined: listOf(fieldsOf({ peer: peerIdSchema, body: joinSchema, signature: signatureSchema }), 0, many),
  left: listOf(fieldsOf({ peer: peerIdSchema, body: leaveSchema, signature: signatureSchema }), 0, many),
  /** Under `continue`: the side of a partition that went on alone, with the word of each of its members. */
  split: fieldsOf({
    side: listOf(peerIdSchema, 1, many),
    signatures: listOf(fieldsOf({ peer: peerIdSchema, signature: signatureSchema }), 0, many),
  }).nullable(),
  /** Under `continue`: the head of another lineage that entered this aggregate as one contribution. */
  merged: fieldsOf({
    record: contentIdSchema,
    round: roundSchema,
    /** The samples of that head's own round: its weight among the contributions. */
    samples: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
    global: globalSchema,
    /** The records that the head stands for, from where the lineages parted up to itself: none is merged twice. */
    lineage: listOf(contentIdSchema, 1, MOST_PARTED),
  }).nullable(),
  /** Follows from all of the above (`nextRoster`). */
  nextRoster: listOf(rosterEntrySchema, 0, many),
  /** Who has served in the present cycle but is not on the next roster; follows too. */
  departed: listOf(peerIdSchema, 0, many),
})

/** What a round came to. Its CID is what voters sign. */
export type RoundRecord = z.output<typeof recordSchema>
export type Contribution = RoundRecord['contributions'][number]
export type Exclusion = RoundRecord['exclusions'][number]
export type ExclusionReason = Exclusion['reason']
export type SideProof = NonNullable<RoundRecord['split']>
export type MergedHead = NonNullable<RoundRecord['merged']>
export type GlobalFactors = RoundRecord['global']
