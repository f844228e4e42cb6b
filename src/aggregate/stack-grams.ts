import type { Float32Matrix, Matrix, MatrixProduct } from '../base/matrix-product.ts'
import type { StackedProduct } from './stacked-product.ts'

/** The Gram matrices of a stack's two sides, [R, R] each, in float64. */
export interface StackGrams {
  readonly left: Matrix
  readonly right: Matrix
}

export async function stackGrams(stack: StackedProduct, product: MatrixProduct): Promise<StackGrams> {
  return {
    left: await gramOf(stack.left, stack.leftScale, product),
    right: await gramOf(stack.right, stack.rightScale, product),
  }
}

async function gramOf(side: Float32Matrix, scale: Float64Array, product: MatrixProduct): Promise<Matrix> {
  const { rows, columns, data } = await product.multiply(side, side, { transposeB: true })
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = i * columns + j
      data[at] = (data[at] as number) * (scale[i] as number) * (scale[j] as number)
    }
  }
  return { rows, columns, data }
}
