import { reshape } from '../shape-operations.ts'
import type { Shape, Value } from '../value.ts'

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((dim, axis) => dim === b[axis])

/** A reshape to the shape it had is none, and of two in a row only the last counts. */
export function plainReshape(value: Value): Value {
  const [x] = value.inputs
  if (value.operation.kind !== 'reshape' || x === undefined) return value
  if (sameShape(x.shape, value.shape)) return x
  const [source] = x.inputs
  return x.operation.kind === 'reshape' && source !== undefined ? reshape(source, value.shape) : value
}
