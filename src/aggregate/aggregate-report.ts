import type { MatrixProduct } from '../base/matrix-product.ts'
import type { ModuleAggregate } from './aggregate-module.ts'
import { type Alignment, alignments } from './alignments.ts'
import type { ModuleContribution } from './contribution.ts'
import { energyKept } from './energy-kept.ts'
import { effectiveRank, meanSpectrum, numericalRank } from './mean-spectrum.ts'

export interface ModuleReport {
  readonly module: string
  /** ‖ΔW‖_F of the mean. */
  readonly norm: number
  /** Share of the mean's energy that is kept at each rank of the ladder, up to the global one. */
  readonly energyKept: readonly { readonly rank: number; readonly share: number }[]
  /** Singular values of the mean by samples above 1e-6 of the largest; null where counting them costs too much. */
  readonly meanRank: number | null
  /** exp of the entropy of its normalised singular values (Roy & Vetterli, EUSIPCO 2007); null likewise. */
  readonly effectiveRank: number | null
  /** What the contributions' cosines are to: the mean by samples, or what goes back of it, for large stacks. */
  readonly cosineTo: 'mean' | 'global'
  readonly contributions: readonly Alignment[]
  readonly route: ModuleAggregate['route']
  readonly rounds: number
  /** Bound on the error of the result, relative to σ₁. */
  readonly residual: number
}

/** The report of one module, for contributions in canonical order. */
export async function reportModule(
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
    norm: Math.sqrt(result.energy),
    energyKept: ranks.map((rank) => ({ rank, share: energyKept(result, rank) })),
    meanRank: spectrum && numericalRank(spectrum),
    effectiveRank: spectrum && effectiveRank(spectrum),
    ...(await alignments(parts, result.factors, product)),
    route: result.route,
    rounds: result.rounds,
    residual: result.residual,
  }
}
