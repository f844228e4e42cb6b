import { deepEqual, ok } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { aggregate } from '../../../src/aggregate/aggregate.ts'
import { aggregateModule } from '../../../src/aggregate/aggregate-module.ts'
import type { Route } from '../../../src/aggregate/cost-model.ts'
import { weightedTerms } from '../../../src/aggregate/flexlora.ts'
import { denseProduct } from '../../../src/aggregate/linear-operator.ts'
import { meanOfTerms } from '../../../src/aggregate/mean.ts'
import { weighted } from '../../../src/aggregate/mean-of-round.ts'
import { orderContributions } from '../../../src/aggregate/order-contributions.ts'
import { plainMatrixProduct } from '../../../src/aggregate/plain-matrix-product.ts'
import { sliceToRank } from '../../../src/aggregate/slice-to-rank.ts'
import { stackTerms } from '../../../src/aggregate/stacked-product.ts'
import type { Factors, ModuleFactors } from '../../../src/base/adapter.ts'
import { openSafetensors } from '../../../src/safetensors/open-safetensors.ts'
import { denseOf } from './dense-oracle.ts'

const REFERENCE = new URL('../../fixtures/reference/flexlora/', import.meta.url).pathname
const ROUTES: (Route | undefined)[] = [
  undefined,
  'gram',
  'dense-gram',
  'factored-iteration',
  'dense-iteration',
]

interface Case {
  readonly peers: readonly { name: string; rank: number; alpha: number; samples: number }[]
  readonly outputs: readonly { rank: number; alpha: number }[]
}

const TENSOR = /^base_model\.model\.(.*)\.lora_A\.weight$/

function factorsOf(directory: string, scaling: number): Factors {
  const source = openSafetensors(join(directory, 'adapter_model.safetensors'))
  const factors = new Map<string, ModuleFactors>()
  for (const [name, { shape }] of source.tensors) {
    const module = TENSOR.exec(name)?.[1]
    if (module === undefined) continue
    const nameB = name.replace('lora_A', 'lora_B')
    factors.set(module, {
      rank: shape[0] ?? 0,
      inFeatures: shape[1] ?? 0,
      outFeatures: source.tensors.get(nameB)?.shape[0] ?? 0,
      scaling,
      a: source.readFloat32(name),
      b: source.readFloat32(nameB),
    })
  }
  source.close()
  return factors
}

describe('the mean of a FlexLoRA reference case', () => {
  for (const name of readdirSync(REFERENCE)) {
    const directory = join(REFERENCE, name)
    const { peers, outputs } = JSON.parse(readFileSync(join(directory, 'case.json'), 'utf8')) as Case
    const expected = openSafetensors(join(directory, 'expected.safetensors'))
    const contributions = peers.map(({ name: peer, rank, alpha, samples }) => ({
      peer,
      samples,
      factors: factorsOf(join(directory, 'peers', peer), alpha / rank),
    }))
    const ordered = orderContributions(contributions)
    const rank = Math.max(...outputs.map((output) => output.rank))
    const options = { strategy: 'flexlora', rank, scalingOf: (r: number) => 16 / r, seed: 'case' } as const
    const modules = [...(contributions[0]?.factors.keys() ?? [])]

    function close(actual: ArrayLike<number>, tensor: string, largest: number) {
      const wanted = expected.readFloat64(tensor)
      let worst = 0
      for (let i = 0; i < actual.length; i++) {
        worst = Math.max(worst, Math.abs((actual[i] ?? Number.NaN) - (wanted[i] ?? Number.NaN)))
      }
      ok(worst <= 1e-6 * largest, `${tensor} differs by ${worst / largest} of the largest singular value`)
    }

    for (const route of ROUTES) {
      it(`is that of ${name} by the ${route ?? 'cheapest'} route`, async () => {
        for (const module of modules) {
          const terms = weightedTerms(weighted(module, ordered))
          const settings = { rank, scaling: 16 / rank, seed: 'case', ...(route ? { route } : {}) }
          const result = await aggregateModule(module, meanOfTerms(terms), settings, plainMatrixProduct)
          const { outFeatures, inFeatures } = result.factors
          const largest = expected.readFloat64(`sigma.${module}`)[0] ?? Number.NaN
          const mean = await denseProduct(stackTerms(terms, outFeatures, inFeatures), plainMatrixProduct)
          close(mean.data, `mean.${module}`, largest)
          close(result.singularValues, `sigma.${module}`, largest)
          for (const output of outputs) {
            const slice = sliceToRank(result.factors, output.rank, output.alpha / output.rank)
            close(denseOf(slice), `rank${output.rank}.${module}`, largest)
          }
          ok(result.residual < 1e-6)
        }
      })
    }

    it(`is that of ${name} whatever the order of arrival, to the bit`, async () => {
      const forward = await aggregate(contributions, options, plainMatrixProduct)
      const backward = await aggregate(contributions.toReversed(), options, plainMatrixProduct)
      deepEqual(backward.factors, forward.factors)
    })
  }
})
