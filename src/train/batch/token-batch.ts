import type { Batch } from '../../model/batch.ts'
import { countLossTokens, NO_LOSS, type TokenExample } from './token-example.ts'

/** Sequences of one pass side by side, padded on the right; labels on padding are `NO_LOSS`. */
export interface TokenBatch extends Batch {
  /** How many labels are predicted. */
  readonly lossTokens: number
}

/**
 * @param padToMultipleOf the length is rounded up to a multiple of it, so that an engine that prepares itself for
 * each shape meets fewer of them.
 */
export function makeBatch(examples: readonly TokenExample[], padToMultipleOf = 1): TokenBatch {
  const longest = examples.reduce((length, { ids }) => Math.max(length, ids.length), 1)
  const length = Math.ceil(longest / padToMultipleOf) * padToMultipleOf
  const size = examples.length
  const inputIds = new Int32Array(size * length)
  const labels = new Int32Array(size * length).fill(NO_LOSS)
  const attentionMask = new Int32Array(size * length)
  let lossTokens = 0
  for (const [row, example] of examples.entries()) {
    inputIds.set(example.ids, row * length)
    labels.set(example.labels, row * length)
    attentionMask.fill(1, row * length, row * length + example.ids.length)
    lossTokens += countLossTokens(example.labels)
  }
  return { size, length, inputIds, labels, attentionMask, lossTokens }
}
