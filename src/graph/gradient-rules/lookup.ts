import { crossEntropyGradient } from '../cross-entropy.ts'
import { neg } from '../elementwise.ts'
import { rope } from '../rope.ts'
import { gather, scatterAdd } from '../rows.ts'
import { operands } from './binary.ts'
import type { GradientRule } from './gradient-rule.ts'

export const gatherRule: GradientRule<'gather'> = ({ inputs, upstream }) => {
  const [table, indices] = operands({ inputs })
  return [() => scatterAdd(upstream, indices, table.shape[0] ?? 0), undefined]
}

export const scatterAddRule: GradientRule<'scatterAdd'> = ({ inputs, upstream }) => {
  const [, indices] = operands({ inputs })
  return [() => gather(upstream, indices), undefined]
}

export const crossEntropyRule: GradientRule<'crossEntropy'> = ({ inputs, upstream }) => {
  const [logits, labels] = operands({ inputs })
  return [() => crossEntropyGradient(logits, labels, upstream), undefined]
}

/** A rotation's transpose is the rotation back. */
export const ropeRule: GradientRule<'rope'> = ({ inputs, upstream }) => {
  const [, cos, sin] = inputs
  if (cos === undefined || sin === undefined) throw new TypeError('rope lacks a table')
  return [() => rope(upstream, cos, neg(sin)), undefined, undefined]
}
