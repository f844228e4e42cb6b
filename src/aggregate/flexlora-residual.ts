import type { ModuleFactors } from '../base/adapter.ts'
import type { ModuleContribution } from './contribution.ts'
import { weightedTerms } from './flexlora.ts'
import type { Term } from './stacked-product.ts'
import type { ProductStrategy } from './strategy.ts'

/**
 * FlexLoRA without its decay of high ranks. A peer of rank r was given the first r directions of the previous global
 * W = UΣVᵀ only, so FlexLoRA's mean shrinks direction j by the weight of the peers below rank j, every round, even
 * if nobody trains (raFLoRA, arXiv 2602.13486, calls it rank collapse). One more summand puts that share back:
 * Σⱼ (1−pⱼ) σⱼ uⱼvⱼᵀ, with pⱼ the weight of the peers of rank ≥ j. The sum equals W + Σ wᵢ(sᵢBᵢAᵢ − W^(rᵢ)).
 */
export const flexloraResidual: ProductStrategy = {
  kind: 'product',
  needsPrevious: true,
  terms(contributions, previous) {
    const terms = weightedTerms(contributions)
    return previous ? [...terms, heldBack(contributions, previous)] : terms
  },
}

function heldBack(contributions: readonly ModuleContribution[], previous: ModuleFactors): Term {
  const columnScale = Float64Array.from({ length: previous.rank }, (_, j) => weightBelow(contributions, j))
  return { factors: previous, coefficient: previous.scaling, columnScale }
}

/** 1 − pⱼ, exactly 0 where every peer has direction j (counted from 0). */
const weightBelow = (contributions: readonly ModuleContribution[], j: number): number =>
  contributions.reduce((sum, { weight, factors }) => sum + (factors.rank > j ? 0 : weight), 0)
