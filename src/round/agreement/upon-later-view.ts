import type { Rule } from './agreement.ts'
import { startView } from './start-view.ts'

/**
 * Lines 55–56: f+1 ⟨∗, h_p, round, ∗, ∗⟩ with round > round_p: one of them does not lie, so that view has begun.
 * A voter heard in a later view than `round` has passed it too.
 */
export const uponLaterView: Rule = (height, agreement) => {
  if (!agreement.latest.some((view) => view > agreement.view)) return null
  const latest = [...agreement.latest].sort((one, other) => other - one)[height.liars] ?? -1
  return latest > agreement.view ? startView(height, agreement, latest) : null
}
