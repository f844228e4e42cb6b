import { isRefused, type Rule, tallyOf, verdictOn } from './agreement.ts'
import { castVote } from './cast-vote.ts'
import { votesFor } from './tally.ts'

/**
 * Lines 28–33: ⟨PROPOSAL, h_p, round_p, v, vr⟩ from the proposer and 2f+1 ⟨PREVOTE, h_p, vr, id(v)⟩ while
 * step_p = propose and 0 ≤ vr < round_p. Those prevotes prove that no other value can have been decided before.
 */
export const uponProvenProposal: Rule = (height, agreement) => {
  if (agreement.step !== 'propose') return null // line 28
  const [proposal] = tallyOf(height, agreement, agreement.view).proposals
  if (proposal === undefined) return null
  const { value, validView } = proposal.body
  if (validView < 0 || validView >= agreement.view) return null
  if (votesFor(tallyOf(height, agreement, validView), 'prevote', value) < height.quorum) return null
  const { locked } = agreement
  const lockAllows = locked === null || locked.view <= validView || locked.value === value // line 29
  if (!lockAllows) return castVote(height, agreement, 'prevote', null) // line 32
  const verdict = verdictOn(agreement, value)
  if (verdict === 'valid') return castVote(height, agreement, 'prevote', value) // line 30
  return isRefused(verdict) ? castVote(height, agreement, 'prevote', null) : null // line 32
}
