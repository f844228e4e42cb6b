import { elementCount } from '../../../base/tensor.ts'
import { evaluateDim } from '../../../graph/dim.ts'
import type { ReductionKind } from '../../../graph/value.ts'
import type { Kernel } from './kernel.ts'
import { operand } from './kernel.ts'

export const reduceKernel: Kernel<ReductionKind> = (node) => {
  const { tf, operation, shape } = node
  const x = operand(node, 0)
  // No axes at all means every axis to the library, and none to us.
  if (operation.axes.length === 0) return x.clone()
  return tf.reshape(tf[operation.kind](x, [...operation.axes]), shape)
}

export const reshapeKernel: Kernel<'reshape'> = (node) => node.tf.reshape(operand(node, 0), node.shape)

export const expandKernel: Kernel<'expand'> = (node) => node.tf.broadcastTo(operand(node, 0), node.shape)

export const transposeKernel: Kernel<'transpose'> = (node) =>
  node.tf.transpose(operand(node, 0), [...node.operation.order])

export const sliceKernel: Kernel<'slice'> = (node) => {
  const { tf, operation, shape, bindings } = node
  const begin = shape.map((_, axis) => (axis === operation.axis ? evaluateDim(operation.start, bindings) : 0))
  return tf.slice(operand(node, 0), begin, shape)
}

export const concatKernel: Kernel<'concat'> = (node) => {
  const parts = node.inputs.filter((part) => elementCount(part.shape) > 0)
  return node.tf.concat(parts, node.operation.axis)
}
