import { type Rule, tallyOf, withTally } from './agreement.ts'
import { votesCast, votesFor } from './tally.ts'

/** Lines 47–48: 2f+1 ⟨PRECOMMIT, h_p, round_p, ∗⟩, for the first time. */
export const uponAnyPrecommits: Rule = (height, agreement) => {
  const tally = tallyOf(height, agreement, agreement.view)
  if (tally.precommitsTimed || votesCast(tally, 'precommit') < height.quorum) return null
  return {
    agreement: withTally(agreement, { ...tally, precommitsTimed: true }),
    acts: [{ type: 'schedule', step: 'precommit', view: agreement.view }],
  }
}

/**
 * Lines 49–51: ⟨PROPOSAL, h_p, r, v, ∗⟩ from proposer(h_p, r) and 2f+1 ⟨PRECOMMIT, h_p, r, id(v)⟩ while nothing is
 * decided. Line 50 asks for valid(v): of a quorum at least one does not lie, and it precommitted only because
 * valid(v) held. The same signatures, as a certificate, convince a peer that was not there.
 */
export const uponValuePrecommits: Rule = (height, agreement) => {
  if (agreement.decided !== null) return null
  for (const tally of agreement.tallies) {
    const proposal = tally.proposals.find(
      ({ body }) => votesFor(tally, 'precommit', body.value) >= height.quorum,
    )
    if (proposal === undefined) continue
    const decided = { view: tally.view, value: proposal.body.value }
    return { agreement: { ...agreement, decided }, acts: [] } // line 51; lines 52–54 are `advance`
  }
  return null
}
