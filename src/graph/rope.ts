import { multiplyDims } from './dim.ts'
import { GraphShapeError } from './graph-error.ts'
import type { Value } from './value.ts'
import { describeShape } from './value.ts'

/**
 * Rotary position embedding (arXiv 2104.09864) with the halves of each head as pairs, as Hugging Face does:
 * x [batch, heads, length, d], cos and sin [batch, length, d/2] →
 * [x₁·cos − x₂·sin, x₂·cos + x₁·sin] where x₁, x₂ are the first and second half of the last axis.
 * `cos` and `sin` are constants to differentiation.
 */
export function rope(x: Value, cos: Value, sin: Value): Value {
  const [batch, , length, width] = x.shape
  for (const table of [cos, sin]) {
    const [b, t, half] = table.shape
    const fits = b === batch && t === length && half !== undefined && multiplyDims(half, 2) === width
    if (!fits || x.shape.length !== 4 || table.shape.length !== 3) {
      throw new GraphShapeError(
        'rope',
        `x ${describeShape(x.shape)} wants tables [batch, length, d/2], got ${describeShape(table.shape)}`,
      )
    }
  }
  return { operation: { kind: 'rope' }, inputs: [x, cos, sin], dtype: 'f32', shape: x.shape }
}
