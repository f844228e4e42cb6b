import type { ModuleFactors } from '../base/adapter.ts'
import type { Matrix, MatrixProduct } from '../base/matrix-product.ts'
import type { ModuleContribution } from './contribution.ts'
import type { DenseStrategy } from './strategy.ts'

/** Bytes of the dense blocks that are held at once, over all contributions. */
const BLOCK_BYTES = 2 ** 27

/**
 * Combines the dense sᵢBᵢAᵢ entry by entry, in blocks of rows, so that n dense modules are never held together:
 * [outFeatures, inFeatures].
 */
export async function denseCombination(
  contributions: readonly ModuleContribution[],
  { combine }: DenseStrategy,
  product: MatrixProduct,
): Promise<Matrix> {
  const { inFeatures, outFeatures } = (contributions[0] as ModuleContribution).factors
  const rowBytes = 8 * inFeatures * contributions.length
  const blockRows = Math.max(1, Math.min(outFeatures, Math.floor(BLOCK_BYTES / rowBytes)))
  const out = new Float64Array(outFeatures * inFeatures)
  const values = new Float64Array(contributions.length)
  for (let start = 0; start < outFeatures; start += blockRows) {
    const end = Math.min(outFeatures, start + blockRows)
    const blocks: Matrix[] = []
    for (const { factors } of contributions) blocks.push(await denseRows(factors, start, end, product))
    for (let i = 0; i < (end - start) * inFeatures; i++) {
      for (const [at, block] of blocks.entries()) values[at] = block.data[i] as number
      out[start * inFeatures + i] = combine(values.sort())
    }
  }
  return { rows: outFeatures, columns: inFeatures, data: out }
}

function denseRows(
  { rank, inFeatures, scaling, a, b }: ModuleFactors,
  start: number,
  end: number,
  product: MatrixProduct,
): Promise<Matrix> {
  const left = Float64Array.from(b.subarray(start * rank, end * rank), (value) => value * scaling)
  return product.multiply(
    { rows: end - start, columns: rank, data: left },
    { rows: rank, columns: inFeatures, data: Float64Array.from(a) },
  )
}
