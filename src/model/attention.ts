import { multiplyDims } from '../graph/dim.ts'
import { add } from '../graph/elementwise.ts'
import { matmul } from '../graph/matmul.ts'
import { softmax } from '../graph/normalization.ts'
import { concat, reshape, transpose } from '../graph/shape-operations.ts'
import type { Value } from '../graph/value.ts'

/** [batch, length, heads · width] → [batch, heads, length, width]. */
export const splitHeads = (x: Value, heads: number, width: number): Value =>
  transpose(reshape(x, [0, 0, heads, width]), [0, 2, 1, 3])

/** [batch, heads, length, width] → [batch, length, heads · width]. */
export function mergeHeads(x: Value): Value {
  const [, heads, , width] = x.shape as [unknown, number, unknown, number]
  return reshape(transpose(x, [0, 2, 1, 3]), [0, 0, heads * width])
}

export interface AttentionOperands {
  /** [batch, heads, length, width] */
  readonly queries: Value
  /** [batch, kvHeads, length, width], of the new tokens. */
  readonly keys: Value
  readonly values: Value
  readonly past: { readonly keys: Value; readonly values: Value } | null
  /** Added to the scores, [batch, 1, length, past + length]. */
  readonly bias: Value
  /** Scores are multiplied by this before the bias. */
  readonly scale: number
}

/**
 * softmax(scale·QKᵀ + bias)·V → [batch, heads, length, width] (arXiv 1706.03762, eq. 1). Where keys have fewer
 * heads, consecutive queries share one (arXiv 2305.13245): they are stacked along the length, so that keys and
 * values are never repeated in memory.
 */
export function attend({ queries, keys, values, past, bias, scale }: AttentionOperands): Value {
  const [batch, heads, length, width] = queries.shape as [string, number, string, number]
  const kvHeads = keys.shape[1] as number
  const stacked = multiplyDims(length, heads / kvHeads)
  const k = past === null ? keys : concat([past.keys, keys], 2)
  const v = past === null ? values : concat([past.values, values], 2)
  const q = heads === kvHeads ? queries : reshape(queries, [batch, kvHeads, stacked, width])
  const scores = matmul(q, k, { transposeB: true, scale })
  const seen = k.shape[2] as string
  const shares = softmax(add(reshape(scores, [batch, heads, length, seen]), bias))
  const mixed = matmul(heads === kvHeads ? shares : reshape(shares, [batch, kvHeads, stacked, seen]), v)
  return reshape(mixed, [batch, heads, length, width])
}
