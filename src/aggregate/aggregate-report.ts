import type { MatrixProduct } from '../base/matrix-product.ts'
import type { ModuleAggregate } from './aggregate-module.ts'
import type { Contribution, ModuleContribution } from './contribution.ts'
import { energyKept } from './energy-kept.ts'
import { innerProducts } from './inner-products.ts'
import { weighted } from './mean-of-round.ts'
import { effectiveRank, meanSpectrum, numericalRank } from './mean-spectrum.ts'
import { orderContributions } from './order-contributions.ts'

interface ContributionReport {
  readonly peer: string
  readonly weight: number
  /** ‖ΔWᵢ‖_F. */
  readonly norm: number
  /** Of the angle between ΔWᵢ and the mean by samples; 0 where one of them is zero. */
  readonly cosine: number
}

export interface ModuleReport {
  readonly module: string
  /** Share of the mean's energy that is kept at each rank of the ladder, up to the global one. */
  readonly energyKept: readonly { readonly rank: number; readonly share: number }[]
  /** Singular values of the mean by samples above 1e-6 of the largest; null where counting them costs too much. */
  readonly meanRank: number | null
  /** exp of the entropy of its normalised singular values (Roy & Vetterli, EUSIPCO 2007); null likewise. */
  readonly effectiveRank: number | null
  readonly contributions: readonly ContributionReport[]
  readonly route: ModuleAggregate['route']
  readonly rounds: number
  /** Bound on the error of the result, relative to σ₁. */
  readonly residual: number
}

/** What a round's aggregate is made of, module by module. */
export async function reportAggregate(
  contributions: readonly Contribution[],
  modules: ReadonlyMap<string, ModuleAggregate>,
  ladder: readonly number[],
  product: MatrixProduct,
): Promise<ModuleReport[]> {
  const ordered = orderContributions(contributions)
  const reports: ModuleReport[] = []
  for (const [module, result] of modules) {
    reports.push(await reportModule(module, weighted(module, ordered), result, ladder, product))
  }
  return reports
}

/** The report of one module, for contributions in canonical order. */
async function reportModule(
  module: string,
  parts: readonly ModuleContribution[],
  result: ModuleAggregate,
  ladder: readonly number[],
  product: MatrixProduct,
): Promise<ModuleReport> {
  const ranks = ladder.filter((rank) => rank <= result.factors.rank)
  const spectrum = await meanSpectrum(parts, product)
  return {
    module,
    energyKept: ranks.map((rank) => ({ rank, share: energyKept(result, rank) })),
    meanRank: spectrum && numericalRank(spectrum),
    effectiveRank: spectrum && effectiveRank(spectrum),
    contributions: await reportContributions(parts, product),
    route: result.route,
    rounds: result.rounds,
    residual: result.residual,
  }
}

async function reportContributions(
  parts: readonly ModuleContribution[],
  product: MatrixProduct,
): Promise<ContributionReport[]> {
  const { rows: n, data } = await innerProducts(
    parts.map(({ factors }) => factors),
    product,
  )
  const withMean = parts.map((_, i) =>
    parts.reduce((sum, { weight }, j) => sum + weight * (data[i * n + j] as number), 0),
  )
  const meanNorm = Math.sqrt(
    Math.max(
      0,
      parts.reduce((sum, { weight }, i) => sum + weight * (withMean[i] as number), 0),
    ),
  )
  return parts.map(({ peer, weight }, i) => {
    const norm = Math.sqrt(Math.max(0, data[i * n + i] as number))
    const both = norm * meanNorm
    return {
      peer,
      weight,
      norm,
      cosine: both === 0 ? 0 : Math.max(-1, Math.min(1, (withMean[i] as number) / both)),
    }
  })
}
