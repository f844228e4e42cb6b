import { hearProposal as logProposal, hearVote as logVote } from '../agreement/hear.ts'
import { lineageOf } from '../frame.ts'
import type { SignedProposal } from '../message/proposal.ts'
import type { SignedVote } from '../message/vote.ts'
import type { RoundState } from '../state.ts'
import { doing, quiet, refusal, type Step } from '../transition.ts'

/** A vote of this round. One of another lineage is no vote here. */
export function hearVote(state: RoundState, vote: SignedVote): Step {
  if (vote.body.previous !== lineageOf(state).previous) return quiet(state)
  const { agreement, conflict, refused } = logVote(state.height, state.agreement, vote)
  const next = agreement === state.agreement ? state : { ...state, agreement }
  if (refused !== null) return doing(next, refusal(vote.peer, 'vote', refused))
  if (conflict === null) return quiet(next)
  const reason = `it voted twice in view ${vote.body.view} of round ${vote.body.round}`
  return doing(next, { type: 'accuse', peer: vote.peer, reason, evidence: [conflict, vote] })
}

/** Under `continue` others may have gone on alone, or not yet: what they propose to each other is no proposal here. */
const isOfRoster = ({ charter, side }: RoundState, { record }: SignedProposal): boolean =>
  charter.partition === 'pause' || String(record.split?.side ?? '') === String(side?.proof.side ?? '')

/** A proposal of this round. Whether its record is any good is found out when its view has come. */
export function hearProposal(state: RoundState, proposal: SignedProposal): Step {
  if (proposal.body.previous !== lineageOf(state).previous || !isOfRoster(state, proposal))
    return quiet(state)
  const { agreement, conflict, refused } = logProposal(state.height, state.agreement, proposal)
  const next = agreement === state.agreement ? state : { ...state, agreement }
  if (refused !== null) return doing(next, refusal(proposal.peer, 'proposal', refused))
  if (conflict === null) return quiet(next)
  const reason = `it proposed two records in view ${proposal.body.view} of round ${proposal.body.round}`
  return doing(next, { type: 'accuse', peer: proposal.peer, reason, evidence: [conflict, proposal] })
}
