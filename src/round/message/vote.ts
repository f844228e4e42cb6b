import { z } from 'zod'
import { fieldsOf } from '../../base/bounded-schema.ts'
import { contentIdSchema, type PeerId, roundSchema, viewSchema } from '../identifier.ts'

/**
 * What a voter signs: ⟨PREVOTE, h, r, id(v)⟩ and ⟨PRECOMMIT, h, r, id(v)⟩ of Tendermint with the height as `round`
 * and the paper's round as `view`; `value` is a record's CID, or null for nil.
 */
export const voteSchema = fieldsOf({
  federation: contentIdSchema,
  round: roundSchema,
  view: viewSchema,
  step: z.enum(['prevote', 'precommit']),
  value: contentIdSchema.nullable(),
  /** Only under `continue`, where a round can follow several records: the one that it follows. */
  previous: contentIdSchema.exactOptional(),
})

export type Vote = z.output<typeof voteSchema>

export type VoteStep = Vote['step']

export interface SignedVote {
  readonly kind: 'vote'
  readonly peer: PeerId
  readonly body: Vote
  readonly signature: Uint8Array
}
