import { deepEqual, equal, ok } from 'node:assert/strict'
import { fitFactors } from '../../../src/aggregate/fit-to-rank.ts'
import type { Factors, ModuleFactors } from '../../../src/base/adapter.ts'
import { loraNames } from '../../../src/model/lora-spec.ts'
import { prunedRank } from '../../../src/node/prune-rank.ts'
import { factorsOfParameters, parametersOfFactors } from '../../../src/train/loop/factor-parameters.ts'
import { proximalPull } from '../../../src/train/loop/proximal-pull.ts'
import { tailPull } from '../../../src/train/loop/tail-pull.ts'
import type { Parameters } from '../../../src/train/optimizer/parameters.ts'
import { denseOf, largestDifference, someFactors } from '../aggregate/dense-oracle.ts'

const SIZE = { inFeatures: 7, outFeatures: 5 }
const factorsOf = (label: string, rank = 3): Factors =>
  new Map(['q', 'v'].map((name) => [name, someFactors(`${label} ${name}`, { rank, ...SIZE, scaling: 2 })]))
const zeros = (parameters: Parameters) =>
  new Map([...parameters].map(([name, values]) => [name, new Float32Array(values.length)]))

type Correct = (parameters: Parameters, gradients: Parameters) => void

/** The correction's gradients beside the slopes of its formula, by central differences of dense float64 sums. */
function agree(correct: Correct, loss: (now: Factors) => number, now: Factors): void {
  const parameters = parametersOfFactors(now)
  const gradients = zeros(parameters)
  correct(parameters, gradients)
  const step = 2 ** -7
  for (const [name, values] of parameters) {
    const largest = Math.max(...Array.from(gradients.get(name) ?? [], Math.abs))
    for (let at = 0; at < values.length; at += 3) {
      const at0 = values[at] as number
      const lossAt = (value: number) => {
        values[at] = value
        const sum = loss(factorsOfParameters(now, parameters))
        values[at] = at0
        return sum
      }
      // Quadratic in each entry: central differences are exact up to rounding.
      const slope =
        (lossAt(Math.fround(at0 + step)) - lossAt(Math.fround(at0 - step))) /
        (Math.fround(at0 + step) - Math.fround(at0 - step))
      const off = Math.abs(slope - (gradients.get(name)?.[at] ?? 0))
      ok(off <= 1e-6 * largest, `${name}[${at}] is off by ${off / largest}`)
    }
  }
}

const module = (factors: Factors, name: string) => factors.get(name) as ModuleFactors
const square = (values: Float64Array) => values.reduce((sum, value) => sum + value * value, 0)

describe('fedprox on the product of the factors', () => {
  const [start, now] = [factorsOf('start'), factorsOf('now')]

  it('has the gradients of μ/2·‖ΔW − ΔW₀‖²_F, dense', () => {
    const distance = (of: Factors) =>
      ['q', 'v'].reduce((sum, name) => {
        const before = denseOf(module(start, name))
        return sum + square(denseOf(module(of, name)).map((value, at) => value - (before[at] ?? 0)))
      }, 0)
    agree(proximalPull(start, 0.3), (of) => 0.15 * distance(of), now)
  })

  it('pulls nothing where the product has not moved, however the factors have', () => {
    const turned = new Map(
      [...start].map(([name, own]) => [
        name,
        { ...own, a: own.a.map((value) => value * 4), b: own.b.map((value) => value / 4) },
      ]),
    )
    const parameters = parametersOfFactors(turned)
    const gradients = zeros(parameters)
    proximalPull(start, 1)(parameters, gradients)
    ok([...gradients.values()].every((values) => Math.max(...values.map(Math.abs)) < 1e-3))
  })

  it('leaves out a frozen factor', () => {
    const parameters = parametersOfFactors(now)
    const learning = new Map([...zeros(parameters)].filter(([name]) => name.endsWith('lora_B.weight')))
    proximalPull(start, 1)(parameters, learning)
    equal(learning.size, 2)
    ok(largestDifference(learning.get(loraNames('q').b) ?? [], new Float32Array(15)) > 0)
  })
})

describe('hetlora’s own pruning', () => {
  const scale = (factors: Factors, from: number, by: number): Factors =>
    new Map(
      [...factors].map(([name, own]) => [
        name,
        { ...own, b: own.b.map((value, at) => (at % own.rank >= from ? value * by : value)) },
      ]),
    )

  it('pulls by the gradients of λ‖B_tail‖‖A_tail‖', () => {
    const now = factorsOf('now', 4)
    const parameters = parametersOfFactors(now)
    const gradients = zeros(parameters)
    tailPull(now, 2, 0.5)(parameters, gradients)
    const { a, b, rank } = module(now, 'q')
    const norm = (values: ArrayLike<number>) => Math.sqrt(square(Float64Array.from(values)))
    const [tailA, tailB] = [norm(a.slice(2 * SIZE.inFeatures)), norm(b.filter((_, at) => at % rank >= 2))]
    const expectedA = a.map((value, at) => (at < 2 * SIZE.inFeatures ? 0 : (0.5 * tailB * value) / tailA))
    const expectedB = b.map((value, at) => (at % rank < 2 ? 0 : (0.5 * tailA * value) / tailB))
    ok(largestDifference(gradients.get(loraNames('q').a) ?? [], expectedA) < 1e-6)
    ok(largestDifference(gradients.get(loraNames('q').b) ?? [], expectedB) < 1e-6)
  })

  it('goes on at the next rank of the ladder where the tail became smaller, and only then', () => {
    const start = factorsOf('start', 4)
    equal(prunedRank([2, 4], start, scale(start, 2, 0.9), 4), 2)
    equal(prunedRank([2, 4], start, scale(start, 2, 1.1), 4), 4)
    equal(prunedRank([4, 8], start, scale(start, 2, 0.1), 4), 4)
    const first = scale(start, 0, 0)
    equal(prunedRank([2, 4], first, start, 4), 4)
  })

  it('keeps the first directions as they are', () => {
    const start = factorsOf('start', 4)
    const cut = fitFactors(start, { rank: 2, scaling: 2, seed: 's' })
    deepEqual(module(cut, 'q').a, module(start, 'q').a.slice(0, 2 * SIZE.inFeatures))
  })
})
