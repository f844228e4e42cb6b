import { type Failure, runScript } from '../run-script.ts'
import { randomScript } from './random-script.ts'

/** What became of a seed; plain data, so that it can come from another thread. */
export interface SeedResult {
  readonly seed: number
  readonly failure: Failure | null
  readonly events: number
  readonly virtualMs: number
  readonly rounds: number
}

/** Runs the random script of one seed. */
export async function runSeed(seed: number): Promise<SeedResult> {
  const { failure, events, virtualMs, rounds } = await runScript(randomScript(seed))
  return { seed, failure, events, virtualMs, rounds: rounds.length }
}
