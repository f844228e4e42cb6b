import type { FactorStrategy } from '../strategy.ts'
import { averageFactors, mixedRanks, weightsOf } from './average-factors.ts'

/**
 * SLoRA (arXiv 2308.06522), its second stage: factors that began as the SVD of a sparse update are averaged each by
 * itself, A = Σ wᵢAᵢ and B = Σ wᵢ(sᵢ/s)Bᵢ. The first stage trains a random percent of the base weights; peers of this
 * version train LoRA factors only, so a charter cannot ask for it. Whoever has done the first stage elsewhere can average
 * the second one here.
 */
export const slora: FactorStrategy = {
  kind: 'factors',
  needsPrevious: false,
  oneRank: true,
  offline: 'its first stage trains a sparse part of the base weights, and peers train LoRA factors only',
  refusal: mixedRanks,
  merge: (contributions, scaling) => averageFactors(contributions, weightsOf(contributions), scaling),
}
