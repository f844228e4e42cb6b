import { GraphShapeError } from './graph-error.ts'
import type { Value } from './value.ts'
import { describeShape } from './value.ts'

/** The label of a row that has no loss, as in PyTorch. */
export const IGNORED_LABEL = -100

/** −log softmax(logits)[label] per row: logits [n, v], labels i32 [n] → [n]. Rows labelled -100 give 0. */
export function crossEntropy(logits: Value, labels: Value): Value {
  requireRows('crossEntropy', logits, labels)
  return {
    operation: { kind: 'crossEntropy' },
    inputs: [logits, labels],
    dtype: 'f32',
    shape: labels.shape,
  }
}

/** (softmax(logits) − onehot(labels)) · upstream, rows labelled -100 give 0: upstream [n] → [n, v]. */
export function crossEntropyGradient(logits: Value, labels: Value, upstream: Value): Value {
  requireRows('crossEntropyGradient', logits, labels)
  return {
    operation: { kind: 'crossEntropyGradient' },
    inputs: [logits, labels, upstream],
    dtype: 'f32',
    shape: logits.shape,
  }
}

function requireRows(operation: string, logits: Value, labels: Value): void {
  const fits = logits.shape.length === 2 && labels.shape.length === 1 && labels.dtype === 'i32'
  if (!fits || logits.shape[0] !== labels.shape[0]) {
    throw new GraphShapeError(
      operation,
      `wants logits [n, v] and i32 labels [n], got ${describeShape(logits.shape)}, ${describeShape(labels.shape)}`,
    )
  }
}
