import type { EmitRule } from './emit-rule.ts'
import { operand } from './emit-rule.ts'

const lastAxis = { axis: { i: -1 } }

export const emitSoftmax: EmitRule<'softmax'> = ({ writer, input }) =>
  writer.node('Softmax', input, { attributes: lastAxis })

export const emitLayerNorm: EmitRule<'layerNorm'> = ({ writer, operation, input }) =>
  writer.node('LayerNormalization', input, {
    attributes: { ...lastAxis, epsilon: { f: operation.epsilon } },
  })

export const emitRmsNorm: EmitRule<'rmsNorm'> = (emission) => {
  const { writer, operation, input } = emission
  const [x, scale] = [operand(emission, 0), operand(emission, 1)]
  const attributes = { ...lastAxis, epsilon: { f: operation.epsilon } }
  if (writer.fused) return writer.node('SimplifiedLayerNormalization', input, { attributes })
  const mean = writer.node('ReduceMean', [writer.node('Mul', [x, x])], {
    attributes: { axes: { ints: [-1] }, keepdims: { i: 1 } },
  })
  const root = writer.node('Sqrt', [writer.node('Add', [mean, writer.floats([operation.epsilon], [])])])
  return writer.node('Mul', [writer.node('Div', [x, root]), scale])
}
