import { deepEqual, equal, ok } from 'node:assert/strict'
import { type Aggregate, aggregate } from '../../../src/aggregate/aggregate.ts'
import type { ModuleAggregate } from '../../../src/aggregate/aggregate-module.ts'
import type { Contribution } from '../../../src/aggregate/contribution.ts'
import { sliceToRank } from '../../../src/aggregate/slice-to-rank.ts'
import type { ModuleFactors } from '../../../src/base/adapter.ts'
import { random, shuffled } from '../../../src/base/random.ts'
import {
  type ClosableMatrixProduct,
  openOnnxMatrixProduct,
} from '../../../src/engine/matrix-product/onnx-matrix-product.ts'
import { denseMean, denseOf, denseSvd, someFactors } from '../../unit/aggregate/dense-oracle.ts'

let product: ClosableMatrixProduct

const PEERS = 128
const SIZE = { outFeatures: 320, inFeatures: 256 }
const RANK = 8
const scalingOf = (rank: number) => 16 / rank

type Size = Pick<ModuleFactors, 'inFeatures' | 'outFeatures'>
type Maker = (peer: number, size: Size) => ModuleFactors

const some = (label: string, size: Size, spread = 1) =>
  someFactors(label, { rank: RANK, ...size, scaling: scalingOf(RANK), spread })

/** A common start and a share of the peer's own. */
function warm(peer: number, size: Size, share: number, spread: number): ModuleFactors {
  const [common, own] = [some('common', size, spread), some(`own ${peer}`, size, spread)]
  const mix = (x: Float32Array, y: Float32Array) => x.map((value, i) => value + share * (y[i] as number))
  return { ...common, a: mix(common.a, own.a), b: mix(common.b, own.b) }
}

/** Three directions, repeated with other signs and sizes: every peer's factors, and so their mean, have rank 3. */
function threeDirections(peer: number, size: Size): ModuleFactors {
  const own = some(`own ${peer}`, size)
  const common = some('common', size, 0.5)
  const { inFeatures, outFeatures } = size
  const a = own.a.map(
    (_, i) => common.a[(Math.floor(i / inFeatures) % 3) * inFeatures + (i % inFeatures)] as number,
  )
  const b = own.b.map(
    (_, i) => (1 + (peer % 5)) * (common.b[Math.floor(i / RANK) * RANK + ((i % RANK) % 3)] as number),
  )
  equal(b.length, outFeatures * RANK)
  return { ...own, a, b }
}

const SPECTRA: Record<string, Maker> = {
  'a flat spectrum': (peer, size) => some(`flat ${peer}`, size),
  'a decaying spectrum': (peer, size) => warm(peer, size, 0.3, 0.6),
  'a warm start': (peer, size) => warm(peer, size, 0.01, 0.8),
  'a mean that is nearly rank-deficient': (peer, size) => warm(peer, size, 1e-5, 0.2),
  'contributions that are there many times': (peer, size) => some(`twin ${peer % 4}`, size, 0.8),
  'fewer directions than the rank': threeDirections,
  'contributions of which every other is zero': (peer, size) => {
    const own = warm(peer, size, 0.1, 0.7)
    return peer % 2 === 0 ? own : { ...own, b: new Float32Array(own.b.length) }
  },
}

const contributionsOf = (make: Maker, size: Size = SIZE): Contribution[] =>
  Array.from({ length: PEERS }, (_, peer) => ({
    peer: `p${peer}`,
    samples: 1 + (peer % 7),
    factors: new Map([['q', make(peer, size)]]),
  }))

const run = (contributions: readonly Contribution[], rank: number): Promise<Aggregate> =>
  aggregate(contributions, { strategy: 'flexlora', rank, scalingOf, seed: 's' }, product)

const moduleOf = ({ modules }: Aggregate) => modules.get('q') as ModuleAggregate

/** The dense SVD of the mean, which shares no code with any route. */
function oracleOf(contributions: readonly Contribution[]) {
  const total = contributions.reduce((sum, { samples }) => sum + samples, 0)
  const parts = contributions.map(({ samples, factors }) => ({
    weight: samples / total,
    factors: factors.get('q') as ModuleFactors,
  }))
  const [{ outFeatures, inFeatures }] = parts.map(({ factors }) => factors) as [ModuleFactors]
  return denseSvd(denseMean(parts), outFeatures, inFeatures)
}

function relativeError(actual: Float64Array, expected: Float64Array): number {
  let [off, size] = [0, 0]
  for (const [i, value] of expected.entries()) {
    off += ((actual[i] as number) - value) ** 2
    size += value ** 2
  }
  return Math.sqrt(off / size)
}

/** 1 to 8, and what divides the largest. */
const ranksUpTo = (most: number): number[] =>
  Array.from({ length: most }, (_, i) => i + 1).filter((rank) => rank <= 8 || most % rank === 0)

/** Every rank's product is the best of that rank; between values that are nearly equal none is. */
function checkProducts(
  { factors, singularValues }: ModuleAggregate,
  { sigma, truncated }: ReturnType<typeof denseSvd>,
) {
  ok([...factors.a, ...factors.b, ...singularValues].every(Number.isFinite), 'NaN')
  const largest = sigma[0] as number
  let compared = 0
  for (const rank of ranksUpTo(factors.rank)) {
    const [last, next] = [sigma[rank - 1] as number, sigma[rank] ?? 0]
    if (last > 1e-5 * largest && last - next < 1e-2 * last) continue
    compared++
    const error = relativeError(denseOf(sliceToRank(factors, rank, 3)), truncated(rank))
    ok(error <= 1e-6, `rank ${rank} is off by ${error}`)
  }
  ok(compared > 0)
}

describe('the mean of 128 contributions of rank 8', function () {
  this.timeout(240_000)
  before(async () => {
    product = await openOnnxMatrixProduct()
  })
  after(() => product.close())

  for (const [what, make] of Object.entries(SPECTRA))
    describe(`with ${what}`, () => {
      let contributions: Contribution[]
      before(() => {
        contributions = contributionsOf(make)
      })

      it('is that of the dense SVD at every rank, to the bit in any order, by both iterations', async () => {
        const oracle = oracleOf(contributions)
        const routes: string[] = []
        for (const rank of [4, 8]) {
          const found = moduleOf(await run(contributions, rank))
          routes.push(found.route)
          checkProducts(found, oracle)
          const order = shuffled(contributions, random('order', what))
          deepEqual(moduleOf(await run(order, rank)), found)
        }
        deepEqual(routes, ['factored-iteration', 'dense-iteration'])
      })

      it('is that of the dense SVD for the twelve that came, by the exact core', async () => {
        const few = contributions.slice(0, 12)
        const found = moduleOf(await run(few, RANK))
        equal(found.route, 'gram')
        checkProducts(found, oracleOf(few))
        deepEqual(moduleOf(await run(few.toReversed(), RANK)), found)
      })
    })

  it('is exact where the module is far longer than wide, and the other way round', async () => {
    for (const size of [
      { outFeatures: 1500, inFeatures: 24 },
      { outFeatures: 24, inFeatures: 1500 },
    ]) {
      const contributions = contributionsOf((peer) => warm(peer, size, 0.3, 0.8), size)
      const found = moduleOf(await run(contributions, RANK))
      equal(found.route, 'dense-gram')
      checkProducts(found, oracleOf(contributions))
      deepEqual(moduleOf(await run(contributions.toReversed(), RANK)), found)
    }
  })

  it('is zero where nobody has learned anything', async () => {
    const nothing = contributionsOf((peer, size) => ({
      ...some(`zero ${peer}`, size),
      b: new Float32Array(size.outFeatures * RANK),
    }))
    const { factors, route } = moduleOf(await run(nothing, RANK))
    equal(route, 'zero')
    ok(factors.b.every((value) => value === 0) && factors.a.every(Number.isFinite))
  })
})

describe('the mean of 128 contributions of rank 16 at 1024×768', function () {
  this.timeout(400_000)
  before(async () => {
    product = await openOnnxMatrixProduct()
  })
  after(() => product.close())

  it('is that of the dense SVD at every rank, by both iterations', async () => {
    const size = { outFeatures: 1024, inFeatures: 768 }
    const rank = 16
    const common = someFactors('common', { rank, ...size, spread: 0.8 })
    const contributions = contributionsOf((peer) => {
      const own = someFactors(`own ${peer}`, { rank, ...size, scaling: scalingOf(rank), spread: 0.8 })
      return { ...own, a: own.a.map((value, i) => (common.a[i] as number) + 0.3 * value) }
    }, size)
    const oracle = oracleOf(contributions)
    const routes: string[] = []
    for (const largest of [16, 64]) {
      const found = moduleOf(await run(contributions, largest))
      routes.push(found.route)
      checkProducts(found, oracle)
      deepEqual(moduleOf(await run(contributions.toReversed(), largest)), found)
    }
    deepEqual(routes, ['factored-iteration', 'dense-iteration'])
  })
})
