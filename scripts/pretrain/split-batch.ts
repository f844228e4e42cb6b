import type { TokenBatch } from '../../src/train/batch/token-batch.ts'
import { countLossTokens } from '../../src/train/batch/token-example.ts'

/** A batch cut into at most so many batches of about as many rows; together they are the batch. */
export function splitBatch(batch: TokenBatch, parts: number): TokenBatch[] {
  const rows = Math.ceil(batch.size / parts)
  const out: TokenBatch[] = []
  for (let from = 0; from < batch.size; from += rows) {
    out.push(rowsOf(batch, from, Math.min(batch.size, from + rows)))
  }
  return out
}

function rowsOf(
  { length, inputIds, labels, attentionMask }: TokenBatch,
  from: number,
  to: number,
): TokenBatch {
  const cut = (values: Int32Array) => values.slice(from * length, to * length)
  let lossTokens = 0
  for (let row = from; row < to; row++) {
    lossTokens += countLossTokens(labels.subarray(row * length, (row + 1) * length))
  }
  return {
    size: to - from,
    length,
    inputIds: cut(inputIds),
    labels: cut(labels),
    attentionMask: cut(attentionMask),
    lossTokens,
  }
}
