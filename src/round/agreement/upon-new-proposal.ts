import { isRefused, type Rule, tallyOf, verdictOn } from './agreement.ts'
import { castVote } from './cast-vote.ts'

/**
 * Lines 22–27: ⟨PROPOSAL, h_p, round_p, v, −1⟩ from the proposer while step_p = propose.
 * valid(v) takes time: the rule waits for its answer, unless the lock already says no.
 */
export const uponNewProposal: Rule = (height, agreement) => {
  if (agreement.step !== 'propose') return null // line 22
  const [proposal] = tallyOf(height, agreement, agreement.view).proposals
  if (proposal === undefined || proposal.body.validView !== -1) return null
  const { value } = proposal.body
  const lockAllows = agreement.locked === null || agreement.locked.value === value // line 23
  if (!lockAllows) return castVote(height, agreement, 'prevote', null) // line 26
  const verdict = verdictOn(agreement, value)
  if (verdict === 'valid') return castVote(height, agreement, 'prevote', value) // line 24
  return isRefused(verdict) ? castVote(height, agreement, 'prevote', null) : null // line 26
}
