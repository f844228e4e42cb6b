import type { Clock } from '../../base/clock.ts'

/** Share of the newest step in the smoothed time of a step. */
const NEWEST = 0.2

/** How fast steps go. */
export interface Pace {
  /** Call after every step, with how many are left. */
  mark(stepsLeft: number): { msPerStep: number; secondsLeft: number }
}

export function createPace(clock: Pick<Clock, 'nowMs'>): Pace {
  let lastMs = clock.nowMs()
  let marks = 0
  let msPerStep = 0
  return {
    mark(stepsLeft) {
      const nowMs = clock.nowMs()
      const tookMs = nowMs - lastMs
      lastMs = nowMs
      // The first step also prepares the engine, so the second one replaces it.
      msPerStep = marks < 2 ? tookMs : (1 - NEWEST) * msPerStep + NEWEST * tookMs
      marks++
      return { msPerStep, secondsLeft: (stepsLeft * msPerStep) / 1000 }
    },
  }
}
