import { type Agreement, type Rule, tallyOf, verdictOn, withTally } from './agreement.ts'
import { castVote } from './cast-vote.ts'
import { votesFor } from './tally.ts'

/**
 * Lines 36–43: ⟨PROPOSAL, h_p, round_p, v, ∗⟩ from the proposer and 2f+1 ⟨PREVOTE, h_p, round_p, id(v)⟩ while
 * valid(v) and step_p ≥ prevote, for the first time. The value becomes valid, and locked if we precommit it.
 */
export const uponValuePrevotes: Rule = (height, agreement) => {
  const { view, step } = agreement
  const tally = tallyOf(height, agreement, view)
  if (step === 'propose' || tally.locked) return null
  const proposal = tally.proposals.find(({ body }) => votesFor(tally, 'prevote', body.value) >= height.quorum)
  if (proposal === undefined || verdictOn(agreement, proposal.body.value) !== 'valid') return null
  const held = { view, value: proposal.body.value }
  const marked: Agreement = { ...withTally(agreement, { ...tally, locked: true }), valid: held } // lines 42–43
  if (step !== 'prevote') return { agreement: marked, acts: [] }
  return castVote(height, { ...marked, locked: held }, 'precommit', held.value) // lines 37–41
}
