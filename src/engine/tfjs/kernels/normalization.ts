import type { TensorFlow, TfTensor } from '../tensor-flow.ts'
import type { Kernel } from './kernel.ts'
import { operand } from './kernel.ts'

export const softmaxKernel: Kernel<'softmax'> = (node) => node.tf.softmax(operand(node, 0), -1)

export const rmsNormKernel: Kernel<'rmsNorm'> = (node) => {
  const { tf, operation } = node
  return tf.mul(normalised(tf, operand(node, 0), operation.epsilon), operand(node, 1))
}

export const layerNormKernel: Kernel<'layerNorm'> = (node) => {
  const { tf, operation } = node
  const x = operand(node, 0)
  const centred = tf.sub(x, tf.mean(x, -1, true))
  const normal = normalised(tf, centred, operation.epsilon)
  return tf.add(tf.mul(normal, operand(node, 1)), operand(node, 2))
}

/** x / √(mean(x²) + ε). */
const normalised = (tf: TensorFlow, x: TfTensor, epsilon: number): TfTensor =>
  tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon)))

export const ropeKernel: Kernel<'rope'> = (node) => {
  const { tf } = node
  // One table serves all heads.
  const [cos, sin] = [tf.expandDims(operand(node, 1), 1), tf.expandDims(operand(node, 2), 1)]
  const [first, second] = tf.split(operand(node, 0), 2, -1)
  if (first === undefined || second === undefined) throw new TypeError('rope wants an even width')
  const left = tf.sub(tf.mul(first, cos), tf.mul(second, sin))
  const right = tf.add(tf.mul(second, cos), tf.mul(first, sin))
  return tf.concat([left, right], -1)
}
