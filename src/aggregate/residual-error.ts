import type { Matrix } from '../base/matrix-product.ts'
import type { Triplets } from './ritz-step.ts'

/** Residuals this small (relative to the largest singular value) are rounding: no gap can amplify them. */
const ROUNDING = 1e-12

/**
 * A bound, relative to σ₁, on how far the product of the first `rank` triplets can be from the best one. `images`
 * is W·V, and `outside` bounds the singular values of what the block left out. A triplet's vectors turn away from
 * the true ones by at most its residual over its distance to `outside` (Davis–Kahan), which moves the product by σⱼ
 * times that angle.
 */
export function residualError({ u, sigma }: Triplets, images: Matrix, rank: number, outside: number): number {
  const largest = sigma[0] ?? 0
  let worst = 0
  for (let j = 0; j < Math.min(rank, sigma.length); j++) {
    const value = sigma[j] as number
    const residual = columnDistance(images, u, value, j)
    if (residual <= ROUNDING * largest) continue
    const angle = Math.min(1, residual / Math.max(value - outside, Number.MIN_VALUE))
    worst = Math.max(worst, (value * angle) / largest)
  }
  return worst
}

function columnDistance(images: Matrix, u: Matrix, value: number, column: number): number {
  let square = 0
  for (let i = 0; i < images.rows; i++) {
    const at = i * images.columns + column
    square += ((images.data[at] as number) - value * (u.data[at] as number)) ** 2
  }
  return Math.sqrt(square)
}
