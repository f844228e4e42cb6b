import { NotDifferentiableError } from '../graph-error.ts'
import type { OperationKind } from '../value.ts'
import { addRule, divRule, mulRule, subRule } from './binary.ts'
import type { Backward, GradientRule } from './gradient-rule.ts'
import { crossEntropyRule, gatherRule, ropeRule, scatterAddRule } from './lookup.ts'
import { matmulRule } from './matmul.ts'
import { layerNormRule, rmsNormRule, softmaxRule } from './normalization.ts'
import { meanRule, sumRule } from './reduction.ts'
import { concatRule, expandRule, reshapeRule, sliceRule, transposeRule } from './shape.ts'
import { unaryRule } from './unary.ts'

const leafRule = () => []

const refused: GradientRule<'crossEntropyGradient' | 'dropoutMask'> = ({ operation }) => {
  throw new NotDifferentiableError(operation.kind, 'it is a result of differentiation or of chance')
}

const rules: { [Kind in OperationKind]: GradientRule<Kind> } = {
  input: leafRule,
  parameter: leafRule,
  weight: leafRule,
  constant: leafRule,
  neg: unaryRule,
  exp: unaryRule,
  log: unaryRule,
  sqrt: unaryRule,
  rsqrt: unaryRule,
  tanh: unaryRule,
  sigmoid: unaryRule,
  erf: unaryRule,
  silu: unaryRule,
  gelu: unaryRule,
  geluTanh: unaryRule,
  add: addRule,
  sub: subRule,
  mul: mulRule,
  div: divRule,
  matmul: matmulRule,
  sum: sumRule,
  mean: meanRule,
  reshape: reshapeRule,
  expand: expandRule,
  transpose: transposeRule,
  slice: sliceRule,
  concat: concatRule,
  gather: gatherRule,
  scatterAdd: scatterAddRule,
  softmax: softmaxRule,
  rmsNorm: rmsNormRule,
  layerNorm: layerNormRule,
  rope: ropeRule,
  crossEntropy: crossEntropyRule,
  crossEntropyGradient: refused,
  dropoutMask: refused,
}

/** The rule of a node's operation, applied to it. */
export function applyRule(node: Backward<OperationKind>): ReturnType<GradientRule<OperationKind>> {
  // The table gives each kind its own rule, which the compiler cannot follow through an index.
  const rule = rules[node.operation.kind] as GradientRule<OperationKind>
  return rule(node)
}
