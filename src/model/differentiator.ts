import type { Feeds, Fetches } from '../engine/executor.ts'

/** Computes a model's scaled `loss`, and its gradients under the names of the parameters. */
export interface Differentiator {
  /** Readies it for a loss in at least so many chunks; answers how many it takes. */
  prepare(chunks: number): Promise<number>
  /** `feeds`: those of the sequences, the parameters and the loss, in as many chunks as `prepare` answered. */
  run(feeds: Feeds): Promise<Fetches>
  close(): Promise<void>
}
