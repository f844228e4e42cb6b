import type { BinaryKind, UnaryKind } from '../../../graph/value.ts'
import type { TensorFlow, TfTensor } from '../tensor-flow.ts'
import type { Kernel } from './kernel.ts'
import { operand } from './kernel.ts'

const UNARY: Readonly<Record<UnaryKind, (tf: TensorFlow, x: TfTensor) => TfTensor>> = {
  neg: (tf, x) => tf.neg(x),
  exp: (tf, x) => tf.exp(x),
  log: (tf, x) => tf.log(x),
  sqrt: (tf, x) => tf.sqrt(x),
  rsqrt: (tf, x) => tf.rsqrt(x),
  tanh: (tf, x) => tf.tanh(x),
  sigmoid: (tf, x) => tf.sigmoid(x),
  erf: (tf, x) => tf.erf(x),
  silu: (tf, x) => tf.mul(x, tf.sigmoid(x)),
  gelu: (tf, x) => halfOf(tf, x, tf.erf(tf.mul(x, Math.SQRT1_2))),
  geluTanh: (tf, x) => {
    const cubic = tf.mul(tf.mul(tf.square(x), x), 0.044715)
    return halfOf(tf, x, tf.tanh(tf.mul(tf.add(x, cubic), Math.sqrt(2 / Math.PI))))
  },
}

/** ½x(1 + y). */
const halfOf = (tf: TensorFlow, x: TfTensor, y: TfTensor): TfTensor => tf.mul(tf.mul(x, 0.5), tf.add(y, 1))

export const unaryKernel: Kernel<UnaryKind> = (node) => UNARY[node.operation.kind](node.tf, operand(node, 0))

export const binaryKernel: Kernel<BinaryKind> = (node) =>
  node.tf[node.operation.kind](operand(node, 0), operand(node, 1))
