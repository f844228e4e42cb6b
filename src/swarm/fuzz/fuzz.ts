import { type Failure, runScript } from '../run-script.ts'
import type { Script } from '../script/script.ts'
import { randomScript } from './random-script.ts'
import type { SeedResult } from './run-seed.ts'
import { type SeedRunner, seedRunners } from './seed-runners.ts'
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
  /** How many threads run them. What comes out does not depend on it. Default 1: this thread. */
  readonly workers?: number
  /** Asked before each seed: whether the time is up. */
  readonly stop?: () => boolean
  readonly onSeed?: (result: SeedResult) => void
  /** How many failures are enough to stop. Default 1. */
  readonly failures?: number
  /** Events told of a failure. Default 60. */
  readonly traceLines?: number
}

export interface FuzzReport {
  /** How many seeds were run; those past the last failure that is told do not count. */
  readonly seeds: number
  /** By seed. */
  readonly failures: readonly FuzzFailure[]
  readonly events: number
  readonly virtualMs: number
  readonly rounds: number
}

/** Random scripts, seed after seed, until the count is reached, time is up, or enough is broken. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { workers = 1, failures: enough = 1, traceLines = 60 } = options
  const runners = seedRunners(workers)
  const results: SeedResult[] = []
  try {
    await runAll(runners, options, enough, results)
  } finally {
    await Promise.all(runners.map((runner) => runner.close()))
  }
  const last = lastSeed(results, enough)
  const counted = results.filter(({ seed }) => seed <= last).sort((one, other) => one.seed - other.seed)
  const failures: FuzzFailure[] = []
  for (const { seed, failure } of counted)
    if (failure !== null) failures.push(await explain(randomScript(seed), failure, traceLines))
  const sum = (of: (result: SeedResult) => number) => counted.reduce((total, result) => total + of(result), 0)
  return {
    seeds: counted.length,
    failures,
    events: sum(({ events }) => events),
    virtualMs: sum(({ virtualMs }) => virtualMs),
    rounds: sum(({ rounds }) => rounds),
  }
}

/** Every runner takes the next seed as soon as it is free; none is begun that lies past the last one needed. */
async function runAll(
  runners: readonly SeedRunner[],
  { from = 0, seeds, stop, onSeed }: FuzzOptions,
  enough: number,
  results: SeedResult[],
): Promise<void> {
  let next = from
  const lane = async (runner: SeedRunner) => {
    while (next < from + seeds && next <= lastSeed(results, enough) && stop?.() !== true) {
      const result = await runner.run(next++)
      results.push(result)
      onSeed?.(result)
    }
  }
  await Promise.all(runners.map(lane))
}

/** The seed whose failure makes them enough, whichever came first. */
function lastSeed(results: readonly SeedResult[], enough: number): number {
  const broken = results.filter(({ failure }) => failure !== null).map(({ seed }) => seed)
  return broken.sort((one, other) => one - other)[enough - 1] ?? Number.POSITIVE_INFINITY
}

/** Shrinks a failing script and runs the result once more with its events written down. */
async function explain(script: Script, failure: Failure, traceLines: number): Promise<FuzzFailure> {
  const { script: smallest, failure: plain } = await shrink(script, failure)
  const traced = await runScript(smallest, { traceLines })
  return { seed: script.seed, failure, smallest, shortest: traced.failure ?? plain }
}
