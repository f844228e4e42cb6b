import { random } from '../../base/random.ts'
import type { TokenBatch } from '../batch/token-batch.ts'
import type { Gradients, Parameters } from '../optimizer/parameters.ts'
import type { StepData } from './batch-order.ts'

/** How a pass is run: the seed of its dropout masks, and what its summed loss is multiplied by. */
interface PassOptions {
  /** Below 2³¹; another for every pass of a training. */
  readonly seed: number
  /** Gradients are of the sum of the pass's losses times this. */
  readonly lossScale: number
}

/** What one pass through a model gives. The arrays are the caller's to change. */
interface Pass {
  /** Losses summed over the labelled tokens, not scaled. */
  readonly lossSum: number
  readonly gradients: Gradients
}

/** A pass forward and backward, as `Trainable.step` is one. */
export type GradientsOf = (batch: TokenBatch, parameters: Parameters, options: PassOptions) => Promise<Pass>

/**
 * The mean loss over all tokens of a step, and its gradients: every micro-batch's sums are divided by the
 * number of tokens of the whole step, which is what one large batch gives, whatever the micro-batches' sizes.
 */
export async function accumulateGradients(
  data: StepData,
  parameters: Parameters,
  gradientsOf: GradientsOf,
  seedLabels: readonly (string | number)[],
  signal: AbortSignal | undefined,
): Promise<{ loss: number; gradients: Gradients }> {
  const lossScale = 1 / data.lossTokens
  let lossSum = 0
  let total: Gradients | undefined
  for (const [index, batch] of data.microBatches.entries()) {
    signal?.throwIfAborted()
    const seed = random('dropout', ...seedLabels, index).integer(2 ** 31 - 1)
    const pass = await gradientsOf(batch, parameters, { seed, lossScale })
    lossSum += pass.lossSum
    if (total === undefined) total = pass.gradients
    else addGradients(total, pass.gradients)
  }
  return { loss: lossSum * lossScale, gradients: total ?? new Map() }
}

function addGradients(total: Gradients, more: Gradients): void {
  for (const [name, sum] of total) {
    const added = more.get(name)
    if (added === undefined) continue
    for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] as number) + (added[at] as number)
  }
}
