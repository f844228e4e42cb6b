import { broadcastShapes } from './elementwise.ts'
import { GraphShapeError } from './graph-error.ts'
import type { Value } from './value.ts'
import { describeShape } from './value.ts'

export interface MatmulOptions {
  /** Swap the last two axes of `a` first. Default false. */
  readonly transposeA?: boolean
  /** Swap the last two axes of `b` first. Default false. */
  readonly transposeB?: boolean
  /** Multiply the product by this. Default 1. */
  readonly scale?: number
}

/**
 * scale · op(a)·op(b) over the last two axes: [..., m, k] · [..., k, n] → [..., m, n]. Both operands have at
 * least two axes; leading axes are broadcast as in NumPy.
 */
export function matmul(a: Value, b: Value, options: MatmulOptions = {}): Value {
  const { transposeA = false, transposeB = false, scale = 1 } = options
  if (a.shape.length < 2 || b.shape.length < 2) {
    throw new GraphShapeError(
      'matmul',
      `${describeShape(a.shape)} and ${describeShape(b.shape)}: rank below 2`,
    )
  }
  const [m, k] = lastTwo(a, transposeA)
  const [inner, n] = lastTwo(b, transposeB)
  if (k !== inner) {
    const flags = `transposeA ${transposeA}, transposeB ${transposeB}`
    throw new GraphShapeError(
      'matmul',
      `inner dims ${k} and ${inner} differ in ${describeShape(a.shape)} · ${describeShape(b.shape)} (${flags})`,
    )
  }
  const leading = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2))
  return {
    operation: { kind: 'matmul', transposeA, transposeB, scale },
    inputs: [a, b],
    dtype: 'f32',
    shape: [...leading, m, n],
  }
}

function lastTwo(value: Value, transposed: boolean) {
  const [rows, columns] = value.shape.slice(-2)
  if (rows === undefined || columns === undefined) throw new GraphShapeError('matmul', 'rank below 2')
  return transposed ? ([columns, rows] as const) : ([rows, columns] as const)
}
