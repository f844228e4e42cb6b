import { deepEqual, equal, ok } from 'node:assert/strict'
import { stackFactors } from '../../../src/adapter/stack-factors.ts'
import type { Factors, ModuleFactors } from '../../../src/base/adapter.ts'
import { loraNames } from '../../../src/model/lora-spec.ts'
import type { GradientsOf } from '../../../src/train/loop/accumulate-gradients.ts'
import { parametersOfFactors } from '../../../src/train/loop/factor-parameters.ts'
import { gradientsAbove } from '../../../src/train/loop/gradients-above.ts'
import { runTraining } from '../../../src/train/loop/run-training.ts'
import { denseOf, largestDifference, someFactors } from '../aggregate/dense-oracle.ts'

const SIZE = { inFeatures: 6, outFeatures: 5 }
const above: Factors = new Map([['q', someFactors('above', { rank: 2, ...SIZE, scaling: 3 })]])
const below: Factors = new Map([['q', someFactors('below', { rank: 3, ...SIZE, scaling: 0.5 })]])
const q = (factors: Factors) => factors.get('q') as ModuleFactors
const names = loraNames('q')

/** ½‖ΔW‖² of factors of this rank and scaling, with its gradients: ∂B = s·ΔW·Aᵀ, ∂A = s·Bᵀ·ΔW. */
const quadratic =
  (rank: number, scaling: number): GradientsOf =>
  async (_, parameters) => {
    const [a, b] = [parameters.get(names.a), parameters.get(names.b)] as [Float32Array, Float32Array]
    const { inFeatures, outFeatures } = SIZE
    const dense = denseOf({ rank, scaling, ...SIZE, a, b })
    const gradientA = new Float32Array(a.length)
    const gradientB = new Float32Array(b.length)
    for (let i = 0; i < outFeatures; i++)
      for (let k = 0; k < inFeatures; k++)
        for (let j = 0; j < rank; j++) {
          const value = scaling * (dense[i * inFeatures + k] ?? 0)
          const [atA, atB] = [j * inFeatures + k, i * rank + j]
          gradientA[atA] = (gradientA[atA] ?? 0) + value * (b[atB] ?? 0)
          gradientB[atB] = (gradientB[atB] ?? 0) + value * (a[atA] ?? 0)
        }
    const lossSum = dense.reduce((sum, value) => sum + value * value, 0) / 2
    return {
      lossSum,
      gradients: new Map([
        [names.a, gradientA],
        [names.b, gradientB],
      ]),
    }
  }

const pass = [{} as never, parametersOfFactors(above), { seed: 0, lossScale: 1 }] as const

describe('an adapter above a frozen one', () => {
  it('is stacked with it into the sum of both products', () => {
    const [x, y] = [denseOf(q(above)), denseOf(q(below))]
    const sum = x.map((value, at) => value + (y[at] ?? 0))
    ok(largestDifference(denseOf(q(stackFactors(above, below))), sum) < 1e-5)
    equal(stackFactors(above, null), above)
  })

  it('gets the gradients that it has in the sum', async () => {
    const { lossSum, gradients } = await gradientsAbove(quadratic(5, 3), above, below)(...pass)
    const step = 1e-3
    for (const name of [names.a, names.b]) {
      const gradient = gradients.get(name) as Float32Array
      equal(gradient.length, parametersOfFactors(above).get(name)?.length)
      for (const at of [0, 3, gradient.length - 1]) {
        const moved = parametersOfFactors(above)
        const values = moved.get(name) as Float32Array
        values[at] = (values[at] ?? 0) + step
        const later = await gradientsAbove(quadratic(5, 3), above, below)(pass[0], moved, pass[2])
        const slope = (later.lossSum - lossSum) / step
        ok(Math.abs(slope - (gradient[at] ?? 0)) < 0.02 * Math.abs(slope) + 0.5, `${slope} ${gradient[at]}`)
      }
    }
  })

  it('leaves what lies below as it is', async () => {
    const before = parametersOfFactors(below)
    await gradientsAbove(quadratic(5, 3), above, below)(...pass)
    deepEqual(parametersOfFactors(below), before)
  })
})

describe('a frozen factor', () => {
  it('does not move, not even by weight decay, while the other learns', async () => {
    const parameters = parametersOfFactors(above)
    await runTraining({
      parameters,
      gradientsOf: quadratic(2, 3),
      data: [{ ids: [1, 2], labels: [-100, 2] } as never],
      clock: { nowMs: () => 0 },
      options: { steps: 3, weightDecay: 0.5 },
      rule: { frozen: (name) => name === names.a },
    })
    deepEqual(parameters.get(names.a), q(above).a)
    ok(largestDifference(parameters.get(names.b) ?? [], q(above).b) > 0)
  })
})
