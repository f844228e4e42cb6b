import type { OperationKind } from '../../../graph/value.ts'
import { emitBinary, emitUnary } from './elementwise.ts'
import type { Emission, EmitRule } from './emit-rule.ts'
import { emitCrossEntropy, emitCrossEntropyGradient, emitGather, emitScatterAdd } from './lookup.ts'
import { emitMatmul } from './matmul.ts'
import { emitLayerNorm, emitRmsNorm, emitSoftmax } from './normalization.ts'
import { emitRope } from './rope.ts'
import { emitConcat, emitExpand, emitReduction, emitReshape, emitSlice, emitTranspose } from './shape.ts'

const named: EmitRule<'input' | 'parameter' | 'weight'> = ({ operation }) => operation.name

const emitConstant: EmitRule<'constant'> = ({ writer, operation, value }) => {
  const dims = value.shape.map(Number)
  return value.dtype === 'f32' ? writer.floats(operation.values, dims) : writer.ints32(operation.values, dims)
}

/** The mask comes as bytes from outside (see `feedDropout`): 1 becomes 1/(1 − rate). */
const emitDropoutMask: EmitRule<'dropoutMask'> = ({ writer, operation }) => {
  const bits = writer.node('Cast', [dropoutPort(operation.site)], { attributes: { to: { i: 1 } } })
  return writer.node('Mul', [bits, writer.floats([1 / (1 - operation.rate)], [])])
}

/** The model's input for the mask of one dropout. */
export const dropoutPort = (site: number): string => `dropout:${site}`

const rules: { [Kind in OperationKind]: EmitRule<Kind> } = {
  input: named,
  parameter: named,
  weight: named,
  constant: emitConstant,
  neg: emitUnary,
  exp: emitUnary,
  log: emitUnary,
  sqrt: emitUnary,
  rsqrt: emitUnary,
  tanh: emitUnary,
  sigmoid: emitUnary,
  erf: emitUnary,
  silu: emitUnary,
  gelu: emitUnary,
  geluTanh: emitUnary,
  add: emitBinary,
  sub: emitBinary,
  mul: emitBinary,
  div: emitBinary,
  matmul: emitMatmul,
  sum: emitReduction,
  mean: emitReduction,
  reshape: emitReshape,
  expand: emitExpand,
  transpose: emitTranspose,
  slice: emitSlice,
  concat: emitConcat,
  gather: emitGather,
  scatterAdd: emitScatterAdd,
  softmax: emitSoftmax,
  rmsNorm: emitRmsNorm,
  layerNorm: emitLayerNorm,
  rope: emitRope,
  crossEntropy: emitCrossEntropy,
  crossEntropyGradient: emitCrossEntropyGradient,
  dropoutMask: emitDropoutMask,
}

/** The rule of a value's operation, applied to it. */
export function emitValue(emission: Emission<OperationKind>): string {
  // The table gives each kind its own rule, which the compiler cannot follow through an index.
  const rule = rules[emission.operation.kind] as EmitRule<OperationKind>
  return rule(emission)
}
