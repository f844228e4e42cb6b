import type { ModuleContribution } from './contribution.ts'
import type { Term } from './stacked-product.ts'
import type { ProductStrategy } from './strategy.ts'

/**
 * raFLoRA (arXiv 2602.13486): ranks are partitioned where some peer's rank ends, and each partition is averaged over
 * the peers that have it: ΔW = Σⱼ Σ_{i: rᵢ ≥ j} (wᵢ / pⱼ) sᵢ bᵢⱼaᵢⱼ, with pⱼ the weight of the peers of rank ≥ j.
 * The mean is then decomposed and sliced as FlexLoRA does.
 */
export const raflora: ProductStrategy = {
  kind: 'product',
  needsPrevious: false,
  terms: (contributions) => contributions.map((contribution) => partitioned(contribution, contributions)),
}

function partitioned({ weight, factors }: ModuleContribution, all: readonly ModuleContribution[]): Term {
  const columnScale = Float64Array.from({ length: factors.rank }, (_, j) => 1 / weightOfRank(all, j))
  return { factors, coefficient: weight * factors.scaling, columnScale }
}

/** pⱼ: the weight of the peers that have direction j (counted from 0). */
const weightOfRank = (contributions: readonly ModuleContribution[], j: number): number =>
  contributions.reduce((sum, { weight, factors }) => sum + (factors.rank > j ? weight : 0), 0)
