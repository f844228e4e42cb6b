import type { Evaluator } from '../../model/open-evaluator.ts'
import { makeBatch } from '../batch/token-batch.ts'
import { countLossTokens, type TokenExample } from '../batch/token-example.ts'
import type { Parameters } from '../optimizer/parameters.ts'
import { lengthSortedSlices } from './length-sorted-slices.ts'

export interface MeasuredLoss {
  /** Mean cross-entropy over all labelled tokens, in nats; NaN where there are none. */
  readonly loss: number
  readonly tokens: number
}

/** @param onSlice told how many sequences are done after each pass; may throw to stop. */
export async function measureLoss(
  model: Pick<Evaluator, 'loss'>,
  parameters: Parameters,
  sequences: readonly TokenExample[],
  batchSize: number,
  onSlice: (done: number) => void,
): Promise<MeasuredLoss> {
  const used = sequences.filter(({ labels }) => countLossTokens(labels) > 0)
  const lengths = used.map(({ ids }) => ids.length)
  let lossSum = 0
  let tokens = 0
  for (const slice of lengthSortedSlices(lengths, batchSize)) {
    const batch = makeBatch(slice.map((index) => used[index] as TokenExample))
    const measured = await model.loss(batch, parameters)
    for (let row = 0; row < slice.length; row++) {
      lossSum += measured.lossSums[row] as number
      tokens += measured.tokens[row] as number
    }
    onSlice(slice.length)
  }
  return { loss: lossSum / tokens, tokens }
}
