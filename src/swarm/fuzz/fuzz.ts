import { type Failure, type Outcome, runScript } from '../run-script.ts'
import type { Script } from '../script/script.ts'
import { randomScript } from './random-script.ts'
import { shrink } from './shrink.ts'

/** A seed that broke something, with the smallest script found that breaks it too. */
export interface FuzzFailure {
  readonly seed: number
  readonly failure: Failure
  readonly smallest: Script
  /** The failure of the smallest script, with its last events. */
  readonly shortest: Failure
}

export interface FuzzOptions {
  /** The first seed. Default 0. */
  readonly from?: number
  /** How many seeds. */
  readonly seeds: number
  /** Asked before each seed: whether the time is up. */
  readonly stop?: () => boolean
  readonly onSeed?: (outcome: Outcome) => void
  /** How many failures are enough to stop. Default 1. */
  readonly failures?: number
  /** Events told of a failure. Default 60. */
  readonly traceLines?: number
}

export interface FuzzReport {
  /** How many seeds were run. */
  readonly seeds: number
  readonly failures: readonly FuzzFailure[]
  readonly events: number
  readonly virtualMs: number
  readonly rounds: number
}

/** Random scripts, seed after seed, until the count is reached, time is up, or enough is broken. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { from = 0, seeds, stop, onSeed, failures: enough = 1, traceLines = 60 } = options
  const failures: FuzzFailure[] = []
  const total = { seeds: 0, events: 0, virtualMs: 0, rounds: 0 }
  for (let seed = from; seed < from + seeds && failures.length < enough; seed++) {
    if (stop?.() === true) break
    const outcome = await runScript(randomScript(seed))
    total.seeds++
    total.events += outcome.events
    total.virtualMs += outcome.virtualMs
    total.rounds += outcome.rounds.length
    if (outcome.failure !== null) failures.push(await explain(outcome.script, outcome.failure, traceLines))
    onSeed?.(outcome)
  }
  return { ...total, failures }
}

/** Shrinks a failing script and runs the result once more with its events written down. */
async function explain(script: Script, failure: Failure, traceLines: number): Promise<FuzzFailure> {
  const { script: smallest, failure: plain } = await shrink(script, failure)
  const traced = await runScript(smallest, { traceLines })
  return { seed: script.seed, failure, smallest, shortest: traced.failure ?? plain }
}
