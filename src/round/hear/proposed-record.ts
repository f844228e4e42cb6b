import type { ContentId } from '../identifier.ts'
import type { SignedProposal } from '../message/proposal.ts'
import type { RoundRecord } from '../record/record.ts'
import type { RoundState } from '../state.ts'

/** A proposal of this record that was heard in this round, or null. */
export function proposalOf({ agreement }: RoundState, value: ContentId): SignedProposal | null {
  for (const { proposals } of agreement.tallies) {
    const found = proposals.find(({ body }) => body.value === value)
    if (found !== undefined) return found
  }
  return null
}

/** The record of this CID that was proposed in this round, or null. */
export const proposedRecord = (state: RoundState, value: ContentId): RoundRecord | null =>
  proposalOf(state, value)?.record ?? null
