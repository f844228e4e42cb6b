import type { Effect } from './effect.ts'
import type { Progress } from './progress/progress.ts'
import type { RoundState } from './state.ts'

/** A new state, and what is to be done. */
export interface Step {
  readonly state: RoundState
  readonly effects: readonly Effect[]
}

/** A transition that has to be tried again until it has nothing to do (null). */
export type RoundRule = (state: RoundState, nowMs: number) => Step | null

/** Nothing is to be done. */
export const quiet = (state: RoundState): Step => ({ state, effects: [] })

export const doing = (state: RoundState, ...effects: readonly Effect[]): Step => ({ state, effects })

/** One step after another: the effects of both, in order. */
export function andThen(before: Step, next: (state: RoundState) => Step): Step {
  const { state, effects } = next(before.state)
  return { state, effects: effects.length === 0 ? before.effects : [...before.effects, ...effects] }
}

export const tell = (progress: Progress): Effect => ({ type: 'progress', progress })

/** A message, record or answer that was not taken, and why. */
export const refusal = (peer: string, what: string, reason: string): Effect =>
  tell({ type: 'refused', peer, what, reason })
