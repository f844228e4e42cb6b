import { ok } from 'node:assert/strict'
import { distanceSquared, innerProduct } from '../../../src/aggregate/factor-norms.ts'
import { plainMatrixProduct } from '../../../src/aggregate/plain-matrix-product.ts'
import { productNormSquared } from '../../../src/aggregate/product-norm.ts'
import { reproducibleNormSquared } from '../../../src/aggregate/reproducible-norm.ts'
import { denseOf, someFactors } from './dense-oracle.ts'

describe('norms of products that are never multiplied out', () => {
  const x = someFactors('x', { rank: 3, inFeatures: 20, outFeatures: 14, scaling: 2 })
  const y = someFactors('y', { rank: 5, inFeatures: 20, outFeatures: 14, scaling: 0.5 })
  const [dx, dy] = [denseOf(x), denseOf(y)]
  const near = (actual: number, expected: number) =>
    ok(Math.abs(actual - expected) <= 1e-9 * Math.abs(expected))

  it('are those of the dense matrices', () => {
    near(
      reproducibleNormSquared(x),
      dx.reduce((sum, value) => sum + value * value, 0),
    )
    near(
      innerProduct(x, y),
      dx.reduce((sum, value, i) => sum + value * (dy[i] as number), 0),
    )
    near(
      distanceSquared(x, y),
      dx.reduce((sum, value, i) => sum + (value - (dy[i] as number)) ** 2, 0),
    )
  })

  it('are the same by matrix products', async () => {
    near(await productNormSquared(x, plainMatrixProduct), reproducibleNormSquared(x))
    near(await productNormSquared(y, plainMatrixProduct), reproducibleNormSquared(y))
  })

  it('give no distance between a product and itself', () =>
    ok(distanceSquared(x, x) <= 1e-9 * reproducibleNormSquared(x)))
})
