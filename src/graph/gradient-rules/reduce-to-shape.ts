import { sum } from '../reductions.ts'
import { reshape } from '../shape-operations.ts'
import type { Shape, Value } from '../value.ts'

/** Undoes a broadcast: sums `value` over the axes along which `shape` was repeated. */
export function reduceToShape(value: Value, shape: Shape): Value {
  const added = value.shape.length - shape.length
  const axes = value.shape.flatMap((dim, axis) =>
    axis < added || (shape[axis - added] === 1 && dim !== 1) ? [axis] : [],
  )
  const reduced = axes.length === 0 ? value : sum(value, { axes })
  const same = reduced.shape.length === shape.length
  return same ? reduced : reshape(reduced, shape)
}
