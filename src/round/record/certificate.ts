import { z } from 'zod'
import { fieldsOf, listOf } from '../../base/bounded-schema.ts'
import { contentIdSchema, peerIdSchema, roundSchema, signatureSchema, viewSchema } from '../identifier.ts'
import type { Vote } from '../message/vote.ts'
import { type RoundRecord, recordSchema } from './record.ts'

/** Precommits of a quorum of the round's voters for one record, all of one view. */
export const certificateSchema = fieldsOf({
  v: z.literal(1),
  kind: z.literal('certificate'),
  federation: contentIdSchema,
  round: roundSchema.min(1),
  view: viewSchema,
  record: contentIdSchema,
  /** Only under `continue`, where a round can follow several records: the one that it follows. */
  previous: contentIdSchema.exactOptional(),
  /** By peer, each signing `certifiedVote`. */
  signatures: listOf(fieldsOf({ peer: peerIdSchema, signature: signatureSchema }), 1, 4096),
})

export type Certificate = z.output<typeof certificateSchema>

/** A record together with what makes it binding. */
export interface CertifiedRecord {
  readonly record: RoundRecord
  readonly certificate: Certificate
}

export const certifiedRecordSchema = fieldsOf({ record: recordSchema, certificate: certificateSchema })

/** The precommit that every signature of a certificate is over. */
export const certifiedVote = ({ federation, round, view, record, previous }: Certificate): Vote => ({
  ...(previous === undefined ? {} : { previous }),
  federation,
  round,
  view,
  step: 'precommit',
  value: record,
})
