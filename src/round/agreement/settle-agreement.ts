import type { Act, Agreement, Outcome, Rule } from './agreement.ts'
import type { Height } from './height.ts'
import { needsCheck } from './needs-check.ts'
import { uponLaterView } from './upon-later-view.ts'
import { uponNewProposal } from './upon-new-proposal.ts'
import { uponAnyPrecommits, uponValuePrecommits } from './upon-precommits.ts'
import { uponAnyPrevotes, uponNilPrevotes } from './upon-prevotes.ts'
import { uponProvenProposal } from './upon-proven-proposal.ts'
import { uponValuePrevotes } from './upon-value-prevotes.ts'

/** Every rule of algorithm 1. Their order is free; a decision first saves work. */
const RULES: readonly Rule[] = [
  uponValuePrecommits,
  uponLaterView,
  needsCheck,
  uponNewProposal,
  uponProvenProposal,
  uponAnyPrevotes,
  uponValuePrevotes,
  uponNilPrevotes,
  uponAnyPrecommits,
]

/** Agreements known to have nothing left to do: most events do not touch them. Each belongs to one height. */
const atRest = new WeakSet<Agreement>()

/** Applies the rules until none has anything left to do, or something is decided. Each one stops its own condition. */
export function settleAgreement(height: Height, start: Agreement): Outcome {
  if (atRest.has(start)) return { agreement: start, acts: [] }
  const acts: Act[] = []
  let agreement = start
  while (agreement.decided === null) {
    const outcome = firstOutcome(height, agreement)
    if (outcome === null) break
    agreement = outcome.agreement
    acts.push(...outcome.acts)
  }
  atRest.add(agreement)
  return { agreement, acts }
}

function firstOutcome(height: Height, agreement: Agreement): Outcome | null {
  for (const rule of RULES) {
    const outcome = rule(height, agreement)
    if (outcome !== null) return outcome
  }
  return null
}
