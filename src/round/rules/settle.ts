import { giveUpMerging, mergeAfterLast } from '../partition/after-last.ts'
import { askToSplit } from '../partition/ask-to-split.ts'
import { goOnAlone } from '../partition/compare-lineages.ts'
import { leaveSide, takeSide } from '../partition/take-side.ts'
import type { RoundState } from '../state.ts'
import { andThen, type RoundRule, type Step } from '../transition.ts'
import { endCollection } from './end-collection.ts'
import { releaseWhenAllFinished } from './release-when-all-finished.ts'
import { resumeChecks } from './resume-checks.ts'
import { runAgreement } from './run-agreement.ts'
import { skipGoneAggregator } from './skip-gone-aggregator.ts'
import { takeDecision } from './take-decision.ts'
import { uponOwnTurn } from './upon-own-turn.ts'

const WORKING: readonly RoundRule[] = [
  takeDecision,
  giveUpMerging,
  askToSplit,
  takeSide,
  leaveSide,
  endCollection,
  resumeChecks,
  uponOwnTurn,
  skipGoneAggregator,
  runAgreement,
]
const FINISHED: readonly RoundRule[] = [mergeAfterLast, releaseWhenAllFinished]

/** After every event: whatever has become possible is done, until nothing is. */
export function settle(start: Step, nowMs: number): Step {
  let done = start
  for (;;) {
    const next = firstStep(done.state, nowMs)
    if (next === null) return done
    done = andThen(done, () => next)
  }
}

function firstStep(state: RoundState, nowMs: number): Step | null {
  if (state.yieldingMs !== null) return goOnAlone(state, nowMs)
  for (const rule of state.finished === null ? WORKING : FINISHED) {
    const step = rule(state, nowMs)
    if (step !== null) return step
  }
  return null
}
