import type { FactorStrategy } from '../strategy.ts'
import { averageFactors, mixedRanks, weightsOf } from './average-factors.ts'

/**
 * RoLoRA (arXiv 2409.02346, 2502.01755, alg. 1): rounds take turns. In odd ones B learns below a frozen A, in even ones A
 * above a frozen B, and what learned is averaged: B = Σ wᵢ(sᵢ/s)Bᵢ or A = Σ wᵢAᵢ. The other factor is one for all, so
 * that the average of the products is exact in every round. B comes first, since it begins at zero and would give A no
 * gradient. The paper averages uniformly, we by weight. Every peer must have the same rank.
 */
export const rolora: FactorStrategy = {
  kind: 'factors',
  needsPrevious: false,
  oneRank: true,
  refusal: mixedRanks,
  local: (round) => ({ trains: round % 2 === 1 ? 'b' : 'a' }),
  merge: (contributions, scaling) => averageFactors(contributions, weightsOf(contributions), scaling),
}
