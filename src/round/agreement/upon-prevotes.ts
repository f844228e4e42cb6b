import { type Rule, tallyOf, withTally } from './agreement.ts'
import { castVote } from './cast-vote.ts'
import { votesCast, votesFor } from './tally.ts'

/** Lines 34–35: 2f+1 ⟨PREVOTE, h_p, round_p, ∗⟩ while step_p = prevote, for the first time. */
export const uponAnyPrevotes: Rule = (height, agreement) => {
  const tally = tallyOf(height, agreement, agreement.view)
  if (agreement.step !== 'prevote' || tally.prevotesTimed) return null
  if (votesCast(tally, 'prevote') < height.quorum) return null
  return {
    agreement: withTally(agreement, { ...tally, prevotesTimed: true }),
    acts: [{ type: 'schedule', step: 'prevote', view: agreement.view }],
  }
}

/** Lines 44–46: 2f+1 ⟨PREVOTE, h_p, round_p, nil⟩ while step_p = prevote. */
export const uponNilPrevotes: Rule = (height, agreement) => {
  if (agreement.step !== 'prevote') return null
  const tally = tallyOf(height, agreement, agreement.view)
  if (votesFor(tally, 'prevote', null) < height.quorum) return null
  return castVote(height, agreement, 'precommit', null)
}
