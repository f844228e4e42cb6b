import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Contribution } from '../../../src/aggregate/contribution.ts'
import { runModuleJob } from '../../../src/aggregate/module-job.ts'
import { plainMatrixProduct } from '../../../src/aggregate/plain-matrix-product.ts'
import type { ModuleFactors } from '../../../src/base/adapter.ts'
import { denseMean, denseOf, denseSvd, someFactors } from './dense-oracle.ts'

const OPTIONS = { strategy: 'flexlora', rank: 8, scalingOf: (rank: number) => 16 / rank, seed: 's' } as const
const LADDER = [2, 4, 8, 16]

function peer(
  name: string,
  rank: number,
  samples: number,
  change: (factors: ModuleFactors) => ModuleFactors = (f) => f,
): Contribution {
  const factors = change(
    someFactors(name, { rank, inFeatures: 20, outFeatures: 14, scaling: 16 / rank, spread: 0.7 }),
  )
  return { peer: name, samples, factors: new Map([['q', factors]]) }
}

async function reportOf(contributions: readonly Contribution[]) {
  const job = { module: 'q', contributions, options: OPTIONS, ladder: LADDER }
  const { report } = await runModuleJob(job, plainMatrixProduct)
  ok(report)
  return report
}

const near = (actual: number | null | undefined, expected: number) =>
  ok(
    Math.abs((actual ?? Number.NaN) - expected) <= 1e-6 * Math.abs(expected) + 1e-9,
    `${actual}, not ${expected}`,
  )

describe('the report of an aggregate', () => {
  for (const ranks of [
    [3, 4],
    [8, 8, 8],
  ]) {
    it(`says of ranks ${ranks} what the dense SVD of the mean says`, async () => {
      const contributions = ranks.map((rank, i) => peer(`p${i}`, rank, 1 + i))
      const report = await reportOf(contributions)
      const total = contributions.reduce((sum, { samples }) => sum + samples, 0)
      const parts = contributions.map(({ samples, factors }) => ({
        weight: samples / total,
        factors: factors.get('q') as ModuleFactors,
      }))
      const mean = denseMean(parts)
      const { sigma } = denseSvd(mean, 14, 20)
      const energy = sigma.reduce((sum, value) => sum + value * value, 0)
      deepEqual(
        report.energyKept.map(({ rank }) => rank),
        [2, 4, 8],
      )
      for (const { rank, share } of report.energyKept) {
        near(share, sigma.slice(0, rank).reduce((sum, value) => sum + value * value, 0) / energy)
      }
      equal(
        report.meanRank,
        Math.min(
          14,
          ranks.reduce((sum, rank) => sum + rank, 0),
        ),
      )
      const shares = sigma
        .map((value) => value / sigma.reduce((sum, one) => sum + one, 0))
        .filter((share) => share > 1e-12)
      near(report.effectiveRank, Math.exp(-shares.reduce((sum, share) => sum + share * Math.log(share), 0)))
      for (const [i, { peer: name, weight, norm, cosine }] of report.contributions.entries()) {
        const own = denseOf(parts[i]?.factors as ModuleFactors)
        const length = Math.hypot(...own)
        equal(name, `p${i}`)
        near(weight, parts[i]?.weight ?? 0)
        near(norm, length)
        near(
          cosine,
          own.reduce((sum, value, at) => sum + value * (mean[at] ?? 0), 0) / length / Math.sqrt(energy),
        )
      }
    })
  }

  it('is finite where a peer, or every peer, brings nothing', async () => {
    const nothing = (factors: ModuleFactors) => ({ ...factors, b: new Float32Array(factors.b.length) })
    const one = await reportOf([peer('x', 4, 1), peer('y', 4, 1, nothing)])
    deepEqual([one.contributions[1]?.norm, one.contributions[1]?.cosine, one.meanRank], [0, 0, 4])
    const none = await reportOf([peer('x', 4, 1, nothing)])
    deepEqual([none.meanRank, none.effectiveRank, none.energyKept[0]?.share], [0, 0, 1])
  })

  it('shows a contribution that points against the others', async () => {
    const turned = (factors: ModuleFactors) => ({ ...factors, scaling: -factors.scaling })
    const report = await reportOf([
      peer('x', 4, 5),
      peer('x2', 4, 1, () => turned(peer('x', 4, 1).factors.get('q') as ModuleFactors)),
    ])
    ok((report.contributions[0]?.cosine ?? 0) > 0.99 && (report.contributions[1]?.cosine ?? 0) < -0.99)
  })

  it('of a stack too large for all inner products has cosines to what goes back', async () => {
    const many = Array.from({ length: 70 }, (_, i) => peer(`p${i}`, 8, 1 + i))
    const report = await reportOf(many)
    equal(report.cosineTo, 'global')
    const { aggregate: result } = await runModuleJob(
      { module: 'q', contributions: many, options: OPTIONS },
      plainMatrixProduct,
    )
    const global = denseOf(result.factors)
    const own = denseOf(many[7]?.factors.get('q') as ModuleFactors)
    const along = own.reduce((sum, value, at) => sum + value * (global[at] ?? 0), 0)
    near(report.contributions[7]?.norm, Math.hypot(...own))
    near(report.contributions[7]?.cosine, along / Math.hypot(...own) / Math.hypot(...global))
  })
})
