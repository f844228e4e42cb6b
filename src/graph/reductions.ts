import { GraphShapeError } from './graph-error.ts'
import { normalAxis } from './shape-operations.ts'
import type { ReductionKind, Value } from './value.ts'

export interface ReductionOptions {
  /** Axes to reduce; negative ones count from the end. Default: all. */
  readonly axes?: readonly number[]
  /** Keep reduced axes with size 1. Default false. */
  readonly keepDims?: boolean
}

function reduce(kind: ReductionKind, x: Value, options: ReductionOptions): Value {
  if (x.dtype !== 'f32') throw new GraphShapeError(kind, `wants f32, got ${x.dtype}`)
  const { axes = x.shape.map((_, axis) => axis), keepDims = false } = options
  const reduced = new Set(axes.map((axis) => normalAxis(kind, axis, x.shape)))
  const shape = keepDims
    ? x.shape.map((dim, axis) => (reduced.has(axis) ? 1 : dim))
    : x.shape.filter((_, axis) => !reduced.has(axis))
  const operation = { kind, axes: [...reduced].sort((a, b) => a - b), keepDims }
  return { operation, inputs: [x], dtype: 'f32', shape }
}

export const sum = (x: Value, options: ReductionOptions = {}): Value => reduce('sum', x, options)
export const mean = (x: Value, options: ReductionOptions = {}): Value => reduce('mean', x, options)
