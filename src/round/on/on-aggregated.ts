import { onTimeout } from '../agreement/on-timeout.ts'
import type { Aggregated } from '../event.ts'
import { isAfterLast } from '../partition/is-after-last.ts'
import { isStaleMerge } from '../partition/lineage.ts'
import { performActs } from '../rules/perform-acts.ts'
import type { RoundState } from '../state.ts'
import { andThen, doing, quiet, type Step, tell } from '../transition.ts'

/**
 * An aggregate is ready, of what this peer aggregates now: a side that was taken, or another lineage that is followed,
 * may have begun the same view of the same round again with other contributions. If its view is over it is kept: this
 * peer's turn may come again in this round.
 */
export function onAggregated(state: RoundState, attempt: number, result: Aggregated, nowMs: number): Step {
  const running = state.local.aggregating
  if (running?.attempt !== attempt) return quiet(state)
  const excluded = new Set(result.excluded.map(({ peer }) => peer))
  const { contributions } = running
  const merged = result.withoutMerged === true ? null : running.merged
  if (contributions.every(({ peer }) => excluded.has(peer)))
    return onAggregateFailed(state, attempt, 'no contribution could be used', nowMs)
  if (merged === null && isAfterLast(state.charter, state.round))
    return onAggregateFailed(state, attempt, 'the other lineage is out of reach', nowMs)
  if (isStaleMerge(state, merged)) return quiet({ ...state, local: { ...state.local, aggregating: null } })
  return quiet({
    ...state,
    local: { ...state.local, aggregating: null, aggregate: { contributions, merged, result } },
  })
}

/** Nothing can be proposed in this view, so this peer need not wait for itself: OnTimeoutPropose. */
export function onAggregateFailed(state: RoundState, attempt: number, reason: string, nowMs: number): Step {
  const { round, local } = state
  if (local.aggregating?.attempt !== attempt) return quiet(state)
  const { view } = local.aggregating
  const failed = { ...state, local: { ...local, aggregating: null } }
  const outcome = onTimeout(state.height, state.agreement, 'propose', view)
  const next = { ...failed, agreement: outcome.agreement }
  const told = doing(next, tell({ type: 'waiting', round, reason: `the aggregation failed: ${reason}` }))
  return andThen(told, (now) => performActs(now, outcome.acts, nowMs))
}
