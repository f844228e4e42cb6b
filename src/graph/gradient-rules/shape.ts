import type { Dim } from '../dim.ts'
import { addDims, subtractDims } from '../dim.ts'
import { scalar } from '../leaves.ts'
import { concat, expand, reshape, slice, transpose } from '../shape-operations.ts'
import type { Value } from '../value.ts'
import type { GradientRule } from './gradient-rule.ts'
import { reduceToShape } from './reduce-to-shape.ts'

export const reshapeRule: GradientRule<'reshape'> = ({ inputs, upstream }) =>
  inputs.map((x) => () => reshape(upstream, x.shape))

export const expandRule: GradientRule<'expand'> = ({ inputs, upstream }) =>
  inputs.map((x) => () => reduceToShape(upstream, x.shape))

export const transposeRule: GradientRule<'transpose'> = ({ operation, inputs, upstream }) => {
  const inverse = operation.order.map((_, axis) => operation.order.indexOf(axis))
  return inputs.map(() => () => transpose(upstream, inverse))
}

export const sliceRule: GradientRule<'slice'> = ({ operation: { axis, start, end }, inputs, upstream }) =>
  inputs.map((x) => () => {
    const zeros = (length: Dim) => expand(scalar(0), x.shape.with(axis, length))
    const after = subtractDims(x.shape[axis] ?? 0, end)
    const parts = [zeros(start), upstream, zeros(after)]
    return concat(
      parts.filter((part) => part.shape[axis] !== 0),
      axis,
    )
  })

export const concatRule: GradientRule<'concat'> = ({ operation: { axis }, inputs, upstream }) => {
  let start: Dim = 0
  return inputs.map((part: Value) => {
    const from = start
    start = addDims(start, part.shape[axis] ?? 0)
    const to = start
    return () => slice(upstream, axis, from, to)
  })
}
