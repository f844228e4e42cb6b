import { GraphShapeError } from './graph-error.ts'
import type { Value } from './value.ts'
import { describeShape } from './value.ts'

/** Softmax over the last axis. */
export const softmax = (x: Value): Value => ({
  operation: { kind: 'softmax' },
  inputs: [x],
  dtype: 'f32',
  shape: x.shape,
})

/** x / √(mean(x²) + ε) · scale over the last axis (arXiv 1910.07467, eq. 4). `scale` is [last]. */
export function rmsNorm(x: Value, scale: Value, epsilon: number): Value {
  requireLast('rmsNorm', x, [scale])
  return { operation: { kind: 'rmsNorm', epsilon }, inputs: [x, scale], dtype: 'f32', shape: x.shape }
}

/** (x − mean) / √(variance + ε) · scale + bias over the last axis (arXiv 1607.06450). Both are [last]. */
export function layerNorm(x: Value, scale: Value, bias: Value, epsilon: number): Value {
  requireLast('layerNorm', x, [scale, bias])
  return { operation: { kind: 'layerNorm', epsilon }, inputs: [x, scale, bias], dtype: 'f32', shape: x.shape }
}

function requireLast(operation: string, x: Value, vectors: readonly Value[]): void {
  for (const vector of vectors) {
    if (vector.shape.length !== 1 || vector.shape[0] !== x.shape.at(-1)) {
      throw new GraphShapeError(
        operation,
        `${describeShape(vector.shape)} is not the last axis of ${describeShape(x.shape)}`,
      )
    }
  }
}
