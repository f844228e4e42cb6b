import type { ModuleFactors } from '../base/adapter.ts'
import type { Matrix, MatrixProduct } from '../base/matrix-product.ts'
import { stackGrams } from './stack-grams.ts'
import { stackTerms } from './stacked-product.ts'
import type { Workspace } from './workspace.ts'

/**
 * ⟨sᵢBᵢAᵢ, sⱼBⱼAⱼ⟩_F of every pair: [n, n]. Both Gram matrices of all columns and rows give them at once:
 * O((d+k)R²) for a module, and no product is multiplied out.
 */
export async function innerProducts(
  factors: readonly ModuleFactors[],
  product: MatrixProduct,
  workspace?: Workspace,
): Promise<Matrix> {
  const count = factors.length
  const [first] = factors
  const sums = new Float64Array(count * count)
  if (!first) return { rows: 0, columns: 0, data: sums }
  const terms = factors.map((one) => ({ factors: one, coefficient: one.scaling }))
  const stack = stackTerms(terms, first.outFeatures, first.inFeatures, workspace)
  const { owner } = stack
  const { left, right } = await stackGrams(stack, product)
  for (let p = 0; p < left.rows; p++) {
    const base = (owner[p] as number) * count
    for (let q = 0; q < left.rows; q++) {
      const at = p * left.rows + q
      const cell = base + (owner[q] as number)
      sums[cell] = (sums[cell] as number) + (left.data[at] as number) * (right.data[at] as number)
    }
  }
  return { rows: count, columns: count, data: sums }
}

/** Squared distances out of inner products: [n, n]. */
export function squaredDistances({ rows: n, data }: Matrix): Matrix {
  const out = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const [own, other] = [data[i * n + i] as number, data[j * n + j] as number]
      out[i * n + j] = i === j ? 0 : Math.max(0, own + other - 2 * (data[i * n + j] as number))
    }
  }
  return { rows: n, columns: n, data: out }
}

/** ‖Σⱼ cⱼxⱼ − xᵢ‖ for every i. */
export function distancesToMix({ rows: n, data }: Matrix, mix: readonly number[]): number[] {
  const along = Array.from({ length: n }, (_, i) =>
    mix.reduce((sum, share, j) => sum + share * (data[i * n + j] as number), 0),
  )
  const square = mix.reduce((sum, share, i) => sum + share * (along[i] as number), 0)
  return along.map((value, i) => Math.sqrt(Math.max(0, square - 2 * value + (data[i * n + i] as number))))
}
