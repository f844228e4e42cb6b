import { matmul } from '../matmul.ts'
import { reshape } from '../shape-operations.ts'
import type { Value } from '../value.ts'
import { operands } from './binary.ts'
import type { GradientRule } from './gradient-rule.ts'
import { reduceToShape } from './reduce-to-shape.ts'

/** Y = s·op(A)·op(B): dA is G·op(B)ᵀ or its transpose, dB is op(A)ᵀ·G or its transpose. */
export const matmulRule: GradientRule<'matmul'> = (node) => {
  const [a, b] = operands(node)
  const { transposeA, transposeB, scale } = node.operation
  const g = node.upstream
  const byA = () =>
    transposeA
      ? matmul(b, g, { transposeA: transposeB, transposeB: true, scale })
      : matmul(g, b, { transposeB: !transposeB, scale })
  const byB = (left: Value, upstream: Value) =>
    transposeB
      ? matmul(upstream, left, { transposeA: true, transposeB: transposeA, scale })
      : matmul(left, upstream, { transposeA: !transposeA, scale })
  // One product over all rows is cheaper than one a batch and a sum.
  const flat = b.shape.length === 2 && a.shape.length > 2 && !transposeA
  return [
    () => reduceToShape(byA(), a.shape),
    () => reduceToShape(flat ? byB(asRows(a), asRows(g)) : byB(a, g), b.shape),
  ]
}

const asRows = (value: Value) => reshape(value, [-1, value.shape.at(-1) ?? 1])
