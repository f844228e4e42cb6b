import { div, mul, neg } from '../elementwise.ts'
import type { BinaryKind, Value } from '../value.ts'
import type { Backward, GradientRule } from './gradient-rule.ts'
import { reduceToShape } from './reduce-to-shape.ts'

/** The two operands of a node. */
export function operands(node: { readonly inputs: readonly Value[] }): readonly [Value, Value] {
  const [a, b] = node.inputs
  if (a === undefined || b === undefined) throw new TypeError('the node lacks an operand')
  return [a, b]
}

const each = (
  node: Backward<BinaryKind>,
  byA: (a: Value, b: Value) => Value,
  byB: (a: Value, b: Value) => Value,
) => {
  const [a, b] = operands(node)
  return [() => reduceToShape(byA(a, b), a.shape), () => reduceToShape(byB(a, b), b.shape)]
}

export const addRule: GradientRule<'add'> = (node) =>
  each(
    node,
    () => node.upstream,
    () => node.upstream,
  )

export const subRule: GradientRule<'sub'> = (node) =>
  each(
    node,
    () => node.upstream,
    () => neg(node.upstream),
  )

export const mulRule: GradientRule<'mul'> = (node) =>
  each(
    node,
    (_, b) => mul(node.upstream, b),
    (a) => mul(node.upstream, a),
  )

export const divRule: GradientRule<'div'> = (node) =>
  each(
    node,
    (_, b) => div(node.upstream, b),
    (_, b) => neg(div(mul(node.upstream, node.output), b)),
  )
