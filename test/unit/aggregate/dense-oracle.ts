import { Matrix, SingularValueDecomposition } from 'ml-matrix'
import type { ModuleFactors } from '../../../src/base/adapter.ts'
import { random } from '../../../src/base/random.ts'

/** s·B·A, multiplied out in float64, row-major. */
export function denseOf({ rank, inFeatures, outFeatures, scaling, a, b }: ModuleFactors): Float64Array {
  const out = new Float64Array(outFeatures * inFeatures)
  for (let i = 0; i < outFeatures; i++) {
    for (let t = 0; t < rank; t++) {
      const factor = scaling * (b[i * rank + t] ?? 0)
      for (let j = 0; j < inFeatures; j++)
        out[i * inFeatures + j] = (out[i * inFeatures + j] ?? 0) + factor * (a[t * inFeatures + j] ?? 0)
    }
  }
  return out
}

/** Σ weight·s·B·A. */
export function denseMean(parts: readonly { weight: number; factors: ModuleFactors }[]): Float64Array {
  const sum = new Float64Array((parts[0]?.factors.outFeatures ?? 0) * (parts[0]?.factors.inFeatures ?? 0))
  for (const { weight, factors } of parts) {
    for (const [i, value] of denseOf(factors).entries()) sum[i] = (sum[i] ?? 0) + weight * value
  }
  return sum
}

/** Full SVD by ml-matrix: the oracle. */
export function denseSvd(dense: Float64Array, rows: number, columns: number) {
  const matrix = Matrix.from1DArray(rows, columns, [...dense])
  const svd = new SingularValueDecomposition(matrix, { autoTranspose: true })
  const sigma = svd.diagonal
  const [u, v] = [svd.leftSingularVectors, svd.rightSingularVectors]
  const truncated = (rank: number): Float64Array => {
    const out = new Float64Array(rows * columns)
    for (let t = 0; t < Math.min(rank, sigma.length); t++) {
      for (let i = 0; i < rows; i++) {
        const factor = (sigma[t] ?? 0) * u.get(i, t)
        for (let j = 0; j < columns; j++)
          out[i * columns + j] = (out[i * columns + j] ?? 0) + factor * v.get(j, t)
      }
    }
    return out
  }
  return { sigma, truncated }
}

/** Random factors; `spread` is how fast their directions fall off. */
export function someFactors(
  label: string,
  {
    rank,
    inFeatures,
    outFeatures,
    scaling = 1,
    spread = 1,
  }: { rank: number; inFeatures: number; outFeatures: number; scaling?: number; spread?: number },
): ModuleFactors {
  const chance = random('factors', label)
  const a = Float32Array.from({ length: rank * inFeatures }, () => chance.normal())
  const b = Float32Array.from(
    { length: outFeatures * rank },
    (_, i) => chance.normal() * spread ** (i % rank),
  )
  return { rank, inFeatures, outFeatures, scaling, a, b }
}

export function largestDifference(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let worst = x.length === y.length ? 0 : Number.POSITIVE_INFINITY
  for (let i = 0; i < x.length; i++) {
    worst = Math.max(worst, Math.abs((x[i] ?? 0) - (y[i] ?? 0)))
  }
  return worst
}
