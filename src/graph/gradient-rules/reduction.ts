import { productOfDims } from '../dim.ts'
import { div, mul } from '../elementwise.ts'
import { scalar } from '../leaves.ts'
import { sum } from '../reductions.ts'
import { expand, reshape } from '../shape-operations.ts'
import type { Value } from '../value.ts'
import type { GradientRule } from './gradient-rule.ts'

/** The upstream gradient repeated along the axes that were reduced. */
function spread(upstream: Value, axes: readonly number[], x: Value): Value {
  const kept = x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
  return expand(reshape(upstream, kept), x.shape)
}

export const sumRule: GradientRule<'sum'> = ({ operation: { axes }, inputs, upstream }) =>
  inputs.map((x) => () => spread(upstream, axes, x))

export const meanRule: GradientRule<'mean'> = ({ operation: { axes }, inputs, upstream }) =>
  inputs.map((x) => () => {
    const count = productOfDims(axes.map((axis) => x.shape[axis] ?? 1))
    if (typeof count === 'number') return spread(mul(upstream, 1 / count), axes, x)
    const counted = sum(expand(scalar(1), x.shape), { axes })
    return spread(div(upstream, reshape(counted, upstream.shape)), axes, x)
  })
