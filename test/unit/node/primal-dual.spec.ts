import { ok } from 'node:assert/strict'
import { aggregateModule } from '../../../src/aggregate/aggregate-module.ts'
import { meanOfDense } from '../../../src/aggregate/mean.ts'
import { plainMatrixProduct } from '../../../src/aggregate/plain-matrix-product.ts'
import type { Factors, ModuleFactors } from '../../../src/base/adapter.ts'
import { random } from '../../../src/base/random.ts'
import { type PrimalDual, turnDual } from '../../../src/node/primal-dual.ts'
import { parametersOfFactors } from '../../../src/train/loop/factor-parameters.ts'
import { primalDualPull } from '../../../src/train/loop/primal-dual-pull.ts'
import { denseOf, denseSvd, largestDifference, someFactors } from '../aggregate/dense-oracle.ts'

const SIZE = { inFeatures: 9, outFeatures: 7 }
const RULE = { rule: 'fedvra', gamma: 0.5, dualStep: 0.8, globalStep: 0.6, rank: 7 } as const
const OPTIONS = { seed: 's', product: plainMatrixProduct }
const of = (label: string, rank: number, scaling = 2): Factors =>
  new Map([['q', someFactors(label, { rank, ...SIZE, scaling })]])
const dense = (factors: Factors) => denseOf(factors.get('q') as ModuleFactors)
const mix = (...parts: (readonly [number, Float64Array])[]) =>
  (parts[0]?.[1] ?? new Float64Array()).map((_, at) =>
    parts.reduce((sum, [factor, values]) => sum + factor * (values[at] ?? 0), 0),
  )

function near(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-6): void {
  const off = largestDifference(actual, expected) / Math.max(...Array.from(expected, Math.abs))
  ok(off <= tolerance, `off by ${off}`)
}

describe('primal-dual training on the product of the factors', () => {
  it('adds the gradient λ + γ(ΔW − ΔW₀) by the product to both factors', () => {
    const [start, now, dual] = [of('start', 2), of('now', 2), of('dual', 3, 1)]
    const parameters = parametersOfFactors(now)
    const gradients = new Map([...parameters].map(([name, { length }]) => [name, new Float32Array(length)]))
    primalDualPull(start, dual, RULE.gamma)(parameters, gradients)
    const g = mix([1, dense(dual)], [RULE.gamma, dense(now)], [-RULE.gamma, dense(start)])
    const { a, b, rank, scaling } = now.get('q') as ModuleFactors
    const [byA, byB] = [new Float64Array(a.length), new Float64Array(b.length)]
    for (let i = 0; i < SIZE.outFeatures; i++)
      for (let k = 0; k < SIZE.inFeatures; k++)
        for (let j = 0; j < rank; j++) {
          const value = scaling * (g[i * SIZE.inFeatures + k] ?? 0)
          const [atA, atB] = [j * SIZE.inFeatures + k, i * rank + j]
          byA[atA] = (byA[atA] ?? 0) + value * (b[atB] ?? 0)
          byB[atB] = (byB[atB] ?? 0) + value * (a[atA] ?? 0)
        }
    near(gradients.get('q.lora_A.weight') ?? [], byA)
    near(gradients.get('q.lora_B.weight') ?? [], byB)
  })

  it('turns the dual and contributes ΔW + (d/γ)λ, cut to the peer’s rank', async () => {
    const [start, trained, before] = [of('start', 2), of('trained', 2), of('dual', 2, 1)]
    const { dual, contribution } = await turnDual(RULE, start, trained, before, OPTIONS)
    const step = RULE.dualStep * RULE.gamma
    const lambda = mix([1, dense(before)], [step, dense(trained)], [-step, dense(start)])
    near(dense(dual), lambda)
    const sent = mix([1, dense(trained)], [RULE.globalStep / RULE.gamma, lambda])
    near(dense(contribution), denseSvd(sent, SIZE.outFeatures, SIZE.inFeatures).truncated(2))
  })

  it('ends at the optimum of the whole where peers’ losses differ, which a plain mean misses', async () => {
    const target = (at: number) => {
      const chance = random('target', at)
      return Float64Array.from({ length: 63 }, () => chance.normal())
    }
    const peers = [1, 5, 20].map((stiffness, at) => ({ stiffness, target: target(at) }))
    const total = peers.reduce((sum, { stiffness }) => sum + stiffness, 0)
    const optimum = mix(...peers.map((one) => [one.stiffness / total, one.target] as const))
    const errorAfter = async (rule: PrimalDual, rounds: number) => {
      let global: Float64Array = new Float64Array(63)
      let duals: (Factors | null)[] = peers.map(() => null)
      for (let round = 0; round < rounds; round++) {
        const start = await factorsOf(global)
        const turns = await Promise.all(
          peers.map(async ({ stiffness: h, target: t }, at) => {
            const dual = duals[at] ?? null
            const lambda = dual === null ? new Float64Array(63) : dense(dual)
            const whole = h + rule.gamma
            // Where the gradient h(W − T) + λ + γ(W − W₀) is zero.
            const best = mix([h / whole, t], [-1 / whole, lambda], [rule.gamma / whole, global])
            return turnDual(rule, start, await factorsOf(best), dual, OPTIONS)
          }),
        )
        duals = turns.map(({ dual }) => dual)
        global = mix(...turns.map(({ contribution }) => [1 / peers.length, dense(contribution)] as const))
      }
      return Math.max(...mix([1, global], [-1, optimum]).map(Math.abs))
    }
    const admm = { ...RULE, gamma: 6, dualStep: 1, globalStep: 1 }
    ok((await errorAfter(admm, 60)) < 1e-4)
    ok((await errorAfter({ ...admm, dualStep: 0 }, 60)) > 0.1)
  })
})

/** Factors of full rank whose product is exactly this. */
async function factorsOf(values: Float64Array): Promise<Factors> {
  const matrix = { rows: SIZE.outFeatures, columns: SIZE.inFeatures, data: values }
  const options = { rank: 7, scaling: 2, seed: 's' }
  return new Map([
    ['q', (await aggregateModule('q', meanOfDense(matrix), options, plainMatrixProduct)).factors],
  ])
}
