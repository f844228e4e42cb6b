import { equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { plainMatrixProduct } from '../../../src/aggregate/plain-matrix-product.ts'
import { productNormSquared } from '../../../src/aggregate/product-norm.ts'
import { reproducibleNormSquared } from '../../../src/aggregate/reproducible-norm.ts'
import type { ModuleFactors } from '../../../src/base/adapter.ts'
import { random } from '../../../src/base/random.ts'

const size = fc.integer({ min: 1, max: 13 })

function seeded(seed: number, rank: number, inFeatures: number, outFeatures: number): ModuleFactors {
  const chance = random('reproducible-norm', seed)
  const draw = (length: number) => Float32Array.from({ length }, () => chance.uniform() - 0.5)
  return {
    rank,
    inFeatures,
    outFeatures,
    scaling: 0.75,
    a: draw(rank * inFeatures),
    b: draw(rank * outFeatures),
  }
}

describe('the norm that is the same on every machine', () => {
  it('is that of the port’s products', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), size, size, size, async (seed, rank, inFeatures, outFeatures) => {
        const module = seeded(seed, rank, inFeatures, outFeatures)
        const expected = await productNormSquared(module, plainMatrixProduct)
        ok(Math.abs(reproducibleNormSquared(module) - expected) <= 1e-12 * expected)
      }),
    ))

  it('is these very bits', () => equal(reproducibleNormSquared(seeded(7, 5, 301, 203)), 1236.7517516859875))

  it('is zero, not less, where nothing was learned', () => {
    const module = seeded(1, 3, 8, 9)
    equal(reproducibleNormSquared({ ...module, b: module.b.fill(0) }), 0)
  })
})
