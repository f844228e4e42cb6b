import { averageFactors, mixedRanks, weightsOf } from './strategies/average-factors.ts'
import type { FactorStrategy } from './strategy.ts'

/**
 * FedIT (arXiv 2305.05644): the factors are averaged each by itself, A = Σ wᵢAᵢ and B = Σ wᵢ(sᵢ/s)Bᵢ. The product of
 * the means is not the mean of the products; that is the method. Every peer must have the same rank.
 */
export const fedit: FactorStrategy = {
  kind: 'factors',
  needsPrevious: false,
  oneRank: true,
  refusal: mixedRanks,
  merge: (contributions, scaling) => averageFactors(contributions, weightsOf(contributions), scaling),
}
