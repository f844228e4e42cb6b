import type { Matrix, MatrixProduct } from '../base/matrix-product.ts'
import type { StackedProduct } from './stacked-product.ts'

/** A matrix known by what it does to blocks of columns. */
export interface LinearOperator {
  readonly rows: number
  readonly columns: number
  /** [columns, l] → [rows, l]. */
  apply(block: Matrix): Promise<Matrix>
  /** [rows, l] → [columns, l]. */
  applyTransposed(block: Matrix): Promise<Matrix>
}

/** ΔW as its stack: 2(d+k)Rl operations a block. */
export function factoredOperator(stack: StackedProduct, product: MatrixProduct): LinearOperator {
  const { left, right } = stack
  return {
    rows: stack.outFeatures,
    columns: stack.inFeatures,
    apply: async (block) =>
      product.multiply(left, await product.multiply(right, block), { transposeA: true }),
    applyTransposed: async (block) =>
      product.multiply(right, await product.multiply(left, block), { transposeA: true }),
  }
}

/** ΔW multiplied out: 2dkl operations a block. */
export function denseOperator(dense: Matrix, product: MatrixProduct): LinearOperator {
  return {
    rows: dense.rows,
    columns: dense.columns,
    apply: (block) => product.multiply(dense, block),
    applyTransposed: (block) => product.multiply(dense, block, { transposeA: true }),
  }
}

/** The mean itself, [outFeatures, inFeatures]. */
export const denseProduct = ({ left, right }: StackedProduct, product: MatrixProduct): Promise<Matrix> =>
  product.multiply(left, right, { transposeA: true })
