import type { Dim } from './dim.ts'
import { addDims, canonicalDim, divideDims, productOfDims, subtractDims } from './dim.ts'
import { broadcastShapes } from './elementwise.ts'
import { GraphShapeError } from './graph-error.ts'
import type { Shape, Value } from './value.ts'
import { describeShape } from './value.ts'

/** The axis counted from the front; negative axes count from the end. */
export function normalAxis(operation: string, axis: number, shape: Shape): number {
  const normal = axis < 0 ? axis + shape.length : axis
  if (normal < 0 || normal >= shape.length) {
    throw new GraphShapeError(operation, `axis ${axis} is outside ${describeShape(shape)}`)
  }
  return normal
}

/**
 * The same elements in the same order under another shape. In `shape`, 0 keeps the dim at that place and one
 * -1 is what remains; symbols and expressions (`'batch*length'`) may be given outright.
 */
export function reshape(x: Value, shape: Shape): Value {
  const copied = shape.map((dim, axis) => (dim === 0 ? (x.shape[axis] ?? 0) : canonicalDim(dim)))
  const count = productOfDims(x.shape)
  const known = productOfDims(copied.filter((dim) => dim !== -1))
  const rest = copied.includes(-1) ? divideDims(count, known) : 1
  const target = copied.map((dim) => (dim === -1 ? (rest ?? -1) : dim))
  if (rest === undefined || productOfDims(target) !== count) {
    throw new GraphShapeError('reshape', `${describeShape(x.shape)} does not fill ${describeShape(shape)}`)
  }
  return { operation: { kind: 'reshape' }, inputs: [x], dtype: x.dtype, shape: target }
}

/** The axes in another order: axis i of the result is axis `order[i]` of `x`. */
export function transpose(x: Value, order: readonly number[]): Value {
  const sorted = [...order].sort((a, b) => a - b)
  if (sorted.length !== x.shape.length || sorted.some((axis, place) => axis !== place)) {
    throw new GraphShapeError('transpose', `[${order}] is no order of the axes of ${describeShape(x.shape)}`)
  }
  const shape = order.map((axis) => x.shape[axis] ?? 1)
  return { operation: { kind: 'transpose', order }, inputs: [x], dtype: x.dtype, shape }
}

/** The part of one axis from `start` up to, not including, `end` (default: the axis's end). */
export function slice(x: Value, axis: number, start: Dim, end?: Dim): Value {
  const at = normalAxis('slice', axis, x.shape)
  const size = x.shape[at] ?? 0
  const from = fromFront(start, size)
  const to = end === undefined ? size : fromFront(end, size)
  const length = subtractDims(to, from)
  const outside = [from, to].some(
    (d) => typeof d === 'number' && (d < 0 || (typeof size === 'number' && d > size)),
  )
  if (outside || (typeof length === 'number' && length < 0)) {
    throw new GraphShapeError('slice', `${from} to ${to} is outside axis ${at} of ${describeShape(x.shape)}`)
  }
  return {
    operation: { kind: 'slice', axis: at, start: from, end: to },
    inputs: [x],
    dtype: x.dtype,
    shape: x.shape.with(at, length),
  }
}

const fromFront = (place: Dim, size: Dim): Dim =>
  typeof place === 'number' && place < 0 ? addDims(size, place) : canonicalDim(place)

/** Tensors joined along one axis; all other dims are equal. */
export function concat(parts: readonly Value[], axis: number): Value {
  const [first] = parts
  if (first === undefined) throw new GraphShapeError('concat', 'nothing to join')
  const at = normalAxis('concat', axis, first.shape)
  for (const part of parts) {
    const same = part.shape.length === first.shape.length && part.dtype === first.dtype
    if (!same || part.shape.some((dim, place) => place !== at && dim !== first.shape[place])) {
      const [a, b] = [first, part].map((value) => `${value.dtype} ${describeShape(value.shape)}`)
      throw new GraphShapeError('concat', `${a} and ${b} cannot be joined along axis ${at}`)
    }
  }
  const length = parts.map((part) => part.shape[at] ?? 0).reduce(addDims)
  return {
    operation: { kind: 'concat', axis: at },
    inputs: parts,
    dtype: first.dtype,
    shape: first.shape.with(at, length),
  }
}

/** `x` repeated along the axes where it is 1 (or missing in front), up to `shape`. */
export function expand(x: Value, shape: Shape): Value {
  const target = shape.map(canonicalDim)
  const reached = broadcastShapes('expand', x.shape, target)
  if (reached.length !== target.length || reached.some((dim, axis) => dim !== target[axis])) {
    throw new GraphShapeError('expand', `${describeShape(x.shape)} does not grow to ${describeShape(shape)}`)
  }
  return { operation: { kind: 'expand' }, inputs: [x], dtype: x.dtype, shape: target }
}
