import { elementCount } from '../../../base/tensor.ts'
import { dropoutBits } from '../../../graph/dropout-bits.ts'
import type { Kernel } from './kernel.ts'
import { operand } from './kernel.ts'

export const gatherKernel: Kernel<'gather'> = (node) => {
  const { tf, shape } = node
  const rows = tf.gather(operand(node, 0), operand(node, 1).reshape([-1]), 0)
  return tf.reshape(rows, shape)
}

/** Adds up rows of one number: `scatterND` sums what falls on the same place. */
export const scatterAddKernel: Kernel<'scatterAdd'> = (node) => {
  const { tf, shape } = node
  const [rowCount = 0, ...rest] = shape
  const width = elementCount(rest)
  const indices = operand(node, 1).reshape([-1, 1])
  const rows = operand(node, 0).reshape([-1, width])
  return tf.reshape(tf.scatterND(indices, rows, [rowCount, width]), shape)
}

export const dropoutMaskKernel: Kernel<'dropoutMask'> = (node) => {
  const { tf, operation, shape } = node
  const seed = operand(node, 0).dataSync()[0] ?? 0
  const bits = dropoutBits(seed, operation.site, operation.rate, elementCount(shape))
  const kept = 1 / (1 - operation.rate)
  return tf.tensor(
    Float32Array.from(bits, (bit) => bit * kept),
    shape,
  )
}
