import { tallyOf } from '../agreement/agreement.ts'
import { proposerOf } from '../agreement/height.ts'
import { onTimeout } from '../agreement/on-timeout.ts'
import { isGone } from '../frame.ts'
import { andThen, quiet, type RoundRule } from '../transition.ts'
import { performActs } from './perform-acts.ts'

/**
 * The network says that the view's aggregator is gone, and it has proposed nothing: OnTimeoutPropose comes early. A
 * deadline that is wrong costs a view, never agreement, so a hint is enough.
 */
export const skipGoneAggregator: RoundRule = (state, nowMs) => {
  const { agreement, height, self } = state
  if (!agreement.open || agreement.step !== 'propose') return null
  const proposer = proposerOf(height, agreement.view)
  if (proposer === self || !isGone(state, proposer, nowMs)) return null
  if (tallyOf(height, agreement, agreement.view).proposals.length > 0) return null
  const outcome = onTimeout(height, agreement, 'propose', agreement.view)
  return andThen(quiet({ ...state, agreement: outcome.agreement }), (now) =>
    performActs(now, outcome.acts, nowMs),
  )
}
