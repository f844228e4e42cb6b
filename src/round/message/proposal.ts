import { z } from 'zod'
import { fieldsOf } from '../../base/bounded-schema.ts'
import { contentIdSchema, type PeerId, roundSchema, viewSchema } from '../identifier.ts'
import type { RoundRecord } from '../record/record.ts'

/** What an aggregator signs: ⟨PROPOSAL, h, r, v, vr⟩ of Tendermint, the record by its CID. */
export const proposalSchema = fieldsOf({
  federation: contentIdSchema,
  round: roundSchema,
  view: viewSchema,
  /** validRound of the paper: the view whose prevotes prove that the record may be proposed again; −1 if new. */
  validView: z.number().int().min(-1).max(1_000_000),
  value: contentIdSchema,
  /** Only under `continue`, where a round can follow several records: the one that it follows. */
  previous: contentIdSchema.exactOptional(),
})

export type Proposal = z.output<typeof proposalSchema>

export interface SignedProposal {
  readonly kind: 'proposal'
  readonly peer: PeerId
  readonly body: Proposal
  readonly signature: Uint8Array
  /** The record that `body.value` names; not signed itself, since its CID is. */
  readonly record: RoundRecord
}
