import { IGNORED_LABEL } from '../../../graph/cross-entropy.ts'
import type { TensorFlow, TfTensor } from '../tensor-flow.ts'
import type { Kernel } from './kernel.ts'
import { operand } from './kernel.ts'

export const crossEntropyKernel: Kernel<'crossEntropy'> = (node) => {
  const { tf } = node
  const [logits, labels] = [operand(node, 0), operand(node, 1)]
  const { counts, safe } = readLabels(tf, labels)
  const rows = tf.range(0, labels.size, 1, 'int32')
  const wanted = tf.gatherND(logits, tf.stack([rows, safe], 1))
  return tf.mul(tf.sub(tf.logSumExp(logits, -1), wanted), counts)
}

export const crossEntropyGradientKernel: Kernel<'crossEntropyGradient'> = (node) => {
  const { tf, shape } = node
  const [logits, labels, upstream] = [operand(node, 0), operand(node, 1), operand(node, 2)]
  const { counts, safe } = readLabels(tf, labels)
  const wanted = tf.oneHot(safe, shape[1] ?? 0, 1, 0, 'float32')
  return tf.mul(tf.sub(tf.softmax(logits, -1), wanted), tf.expandDims(tf.mul(upstream, counts), -1))
}

/** 1 for the rows that have a loss and 0 for the others, and labels that are 0 where there is none. */
function readLabels(tf: TensorFlow, labels: TfTensor): { counts: TfTensor; safe: TfTensor } {
  const counts = tf.notEqual(labels, tf.scalar(IGNORED_LABEL, 'int32'))
  return { counts: counts.cast('float32'), safe: tf.mul(labels, counts.cast('int32')) }
}
