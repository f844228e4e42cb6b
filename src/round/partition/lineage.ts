import type { Result } from '../../base/result.ts'
import { accept, refuse } from '../../base/result.ts'
import type { Charter } from '../charter/charter.ts'
import type { ContentId, PeerId } from '../identifier.ts'
import type { CertifiedRecord } from '../record/certificate.ts'
import { checkCertificate } from '../record/check-certificate.ts'
import { checkRecord } from '../record/check-record.ts'
import { frameAfter } from '../record/frame-after.ts'
import { type MergedHead, MOST_PARTED, type RoundRecord } from '../record/record.ts'
import { recordId } from '../record/record-id.ts'
import type { Roster } from '../roster/roster.ts'
import { heightAfter } from '../round/begin-round.ts'
import { headOf } from '../round/head-of.ts'
import type { HeadOfChain, RoundState } from '../state.ts'
import { frameOfRecord } from './side.ts'

/** A record of this peer's own lineage, with what it followed from: where another lineage can branch off. */
export interface TrailEntry {
  readonly before: HeadOfChain
  readonly roster: Roster
  readonly record: ContentId
  /** How many samples it was made of. */
  readonly samples: number
  /** The records of another lineage that it merged. */
  readonly merged: readonly ContentId[]
  /** Who left with it, by their own wish. */
  readonly left: readonly PeerId[]
}

export const entryOf = (place: Pick<TrailEntry, 'before' | 'roster'>, record: RoundRecord): TrailEntry => ({
  ...place,
  record: recordId(record),
  samples: samplesOf(record),
  merged: record.merged?.lineage ?? [],
  left: record.left.map(({ peer }) => peer),
})

/** Whether this lineage has merged a record of another. */
export const hasMerged = (trail: readonly TrailEntry[], id: ContentId): boolean =>
  trail.some(({ merged }) => merged.includes(id))

export const withTrail = (trail: readonly TrailEntry[], entry: TrailEntry): readonly TrailEntry[] =>
  [...trail, entry].slice(-MOST_PARTED)

/** The trail of records that were kept, in their order and without gaps, from `start` (where round 1 begins) or later. */
export function trailOf(
  start: Pick<TrailEntry, 'before' | 'roster'>,
  kept: readonly CertifiedRecord[],
): readonly TrailEntry[] {
  const entries = kept.map(({ record }, at): TrailEntry | null => {
    const previous = kept[at - 1]?.record
    const place =
      previous !== undefined
        ? { before: headOf(previous), roster: previous.nextRoster }
        : record.round === 1
          ? start
          : null
    return place === null ? null : entryOf(place, record)
  })
  return entries.filter((entry) => entry !== null).slice(-MOST_PARTED)
}

/** The samples that a record's own round brought. */
const samplesOf = ({ contributions }: RoundRecord): number =>
  sum(contributions.map(({ body }) => body.samples))

/** The head of some records as another lineage merges it: one contribution that weighs what its round's samples do. */
export function mergedHeadOf(records: readonly RoundRecord[]): MergedHead | null {
  const head = records.at(-1)
  if (head === undefined || records.length > MOST_PARTED) return null
  const lineage = records.map(recordId)
  return { record: recordId(head), round: head.round, samples: samplesOf(head), global: head.global, lineage }
}

/** Whether a head that went into an aggregate is not the one any more that others would merge. */
export const isStaleMerge = (
  { lineages: { mergeable } }: Pick<RoundState, 'lineages'>,
  merged: MergedHead | null,
): boolean => merged !== null && mergeable !== null && merged.record !== mergeable.record

/** Whether a certified record follows a head, whichever side of the roster made it. */
export function checkFollows(
  charter: Charter,
  self: PeerId,
  head: HeadOfChain,
  roster: Roster,
  { record, certificate }: CertifiedRecord,
): Result<null> {
  if (roster.length === 0) return refuse('nobody is left on its roster')
  const frame = frameAfter(charter, record.federation, head, roster)
  const sided = frameOfRecord(frame, record)
  if (!sided.ok) return sided
  const follows = checkRecord(frame, record)
  if (!follows.ok) return follows
  return checkCertificate(
    heightAfter(charter, self, sided.value.roster, head.record),
    certificate,
    recordId(record),
  )
}

/** Another lineage: where it left ours, and what it came to. */
export interface Branch {
  /** The place in the trail of our record that it has another of. */
  readonly at: number
  readonly records: readonly CertifiedRecord[]
}

/**
 * The part of some records that is not ours, checked from the record on that both lineages share. Null: they share
 * none. That is no lie: they may have been served to somebody who has gone over to another lineage since.
 */
export function branchOf(
  charter: Charter,
  self: PeerId,
  trail: readonly TrailEntry[],
  fetched: readonly CertifiedRecord[],
): Result<Branch> | null {
  const own = new Set(trail.map(({ record }) => record))
  const records = fetched.filter(({ record }) => !own.has(recordId(record)))
  const at = trail.findIndex(({ before }) => before.record === records[0]?.record.previous)
  const entry = trail[at]
  if (entry === undefined) return null
  let { before: head, roster } = entry
  for (const certified of records) {
    const follows = checkFollows(charter, self, head, roster, certified)
    if (!follows.ok) return follows
    head = headOf(certified.record)
    roster = certified.record.nextRoster
  }
  return accept({ at, records })
}

/** Lineages that differ by no more records than this may only seem to: each hears of the other a little late. */
const LATE = 2

/**
 * Which lineage stands: the one with more samples since they parted. While both go on they must come to the same answer,
 * so of two that are about as long the rounds that both have are counted; of equals, the first record decides.
 */
export function isHeavier({ at, records }: Branch, trail: readonly TrailEntry[]): boolean {
  const ours = trail.slice(at)
  const theirs = records.map(({ record }) => samplesOf(record))
  const both = Math.min(ours.length, theirs.length)
  const counted = Math.abs(ours.length - theirs.length) <= LATE ? both : Number.POSITIVE_INFINITY
  const [other, own] = [theirs, ours.map(({ samples }) => samples)].map((list) => sum(list.slice(0, counted)))
  const [first] = records
  if (ours.length === 0 || first === undefined) return ours.length === 0
  return other === own ? recordId(first.record) < (ours[0]?.record ?? '') : (other ?? 0) > (own ?? 0)
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
