import { elementCount } from '../../../base/tensor.ts'
import type { TensorFlow, TfTensor } from '../tensor-flow.ts'
import type { Kernel } from './kernel.ts'
import { operand } from './kernel.ts'

type Product = (a: TfTensor, b: TfTensor) => TfTensor

/** Every product becomes one of matrices, or of two stacks of equally many. */
export const matmulKernel: Kernel<'matmul'> = (node) => {
  const { tf, operation, shape } = node
  const { transposeA, transposeB, scale } = operation
  const [a, b] = [operand(node, 0), operand(node, 1)]
  const multiply: Product = (x, y) => tf.matMul(x, y, transposeA, transposeB)
  const product = b.rank === 2 && !transposeA ? byMatrix(a, b, multiply) : byStack(tf, a, b, shape, multiply)
  const shaped = tf.reshape(product, shape)
  return scale === 1 ? shaped : tf.mul(shaped, scale)
}

/** A batch times one matrix: the rows of the whole batch are one tall matrix. */
function byMatrix(a: TfTensor, b: TfTensor, multiply: Product): TfTensor {
  return multiply(a.reshape([-1, a.shape.at(-1) ?? 1]), b)
}

function byStack(tf: TensorFlow, a: TfTensor, b: TfTensor, shape: number[], multiply: Product): TfTensor {
  const leading = shape.slice(0, -2)
  return multiply(stack(tf, a, leading), stack(tf, b, leading))
}

/** The matrices of `x`, repeated where its leading axes are broadcast, as [count, rows, columns]. */
function stack(tf: TensorFlow, x: TfTensor, leading: readonly number[]): TfTensor {
  const matrix = x.shape.slice(-2)
  const own = elementCount(x.shape.slice(0, -2))
  const count = elementCount(leading)
  const whole = own === count ? x : tf.broadcastTo(x, [...leading, ...matrix])
  return whole.reshape([count, ...matrix])
}
