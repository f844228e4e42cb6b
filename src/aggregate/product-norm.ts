import type { ModuleFactors } from '../base/adapter.ts'
import type { MatrixProduct } from '../base/matrix-product.ts'
import { dot } from './matrix.ts'

/**
 * ‖s·BA‖²_F = s²·tr((BᵀB)(AAᵀ)), out of two Gram matrices of rank×rank in float64: 2(d+k)r² operations of the port, none
 * of them on the thread that asks.
 */
export async function productNormSquared(
  { rank, inFeatures, outFeatures, scaling, a, b }: ModuleFactors,
  product: MatrixProduct,
): Promise<number> {
  const [rowsOfA, columnsOfB] = [
    { rows: rank, columns: inFeatures, data: a },
    { rows: outFeatures, columns: rank, data: b },
  ]
  const right = await product.multiply(rowsOfA, rowsOfA, { transposeB: true })
  const left = await product.multiply(columnsOfB, columnsOfB, { transposeA: true })
  return scaling * scaling * Math.max(0, dot(left.data, right.data))
}
