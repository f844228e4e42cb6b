import { type Agreement, askAgain, type Outcome } from './agreement.ts'
import { type Height, proposerOf } from './height.ts'

/** Views before the present one whose messages are kept, besides those of the locked and the valid value. */
const VIEWS_KEPT = 32

/** StartRound(round), lines 11–13 and 20–21; lines 14–19 are `upon-own-turn`. */
export function startView(height: Height, agreement: Agreement, view: number): Outcome {
  const keep = [agreement.locked?.view, agreement.valid?.view]
  const tallies = agreement.tallies.filter(
    (tally) => tally.view >= view - VIEWS_KEPT || keep.includes(tally.view),
  )
  const known = new Set(tallies.flatMap(({ proposals }) => proposals.map(({ body }) => body.value)))
  const asked = askAgain(agreement)
  const next: Agreement = {
    ...asked,
    view, // line 12
    step: 'propose', // line 13
    open: true,
    cast: agreement.cast.filter((vote) => vote.view >= view),
    tallies,
    verdicts: asked.verdicts.filter(({ value }) => known.has(value)),
  }
  return { agreement: next, acts: [{ type: 'view', view }, ...expectProposal(height, view)] }
}

/** Line 21: whoever does not propose waits for the proposer, for a while. */
const expectProposal = (height: Height, view: number): Outcome['acts'] =>
  proposerOf(height, view) === height.self ? [] : [{ type: 'schedule', step: 'propose', view }]

/**
 * Lines 20–21 of StartRound(0). The first view begins with the round, but its proposer has first to collect
 * contributions, so its deadline runs from the collection's end.
 */
export function openFirstView(height: Height, agreement: Agreement): Outcome {
  if (agreement.open) return { agreement, acts: [] }
  const waits = agreement.step === 'propose' && agreement.view === 0
  return { agreement: { ...agreement, open: true }, acts: waits ? expectProposal(height, 0) : [] }
}
