import { weightedTerms } from '../flexlora.ts'
import type { FactorStrategy } from '../strategy.ts'
import { averageFactors, mixedRanks, weightsOf } from './average-factors.ts'

/**
 * FedEx-LoRA (arXiv 2410.09432, eq. 5–8): the factors are averaged each by itself, and what that misses goes into the
 * base: W ← W + Σ wᵢsᵢBᵢAᵢ − s·B̄·Ā. Here the base never changes; the sum of these residuals over all rounds travels
 * beside the adapter as factors of its own (part `base`), exact up to the charter's largest rank for it. The paper
 * averages uniformly, we by weight. Every peer must have the same rank.
 */
export const fedexLora: FactorStrategy = {
  kind: 'factors',
  needsPrevious: true,
  oneRank: true,
  foldsIntoBase: true,
  refusal: mixedRanks,
  merge: (contributions, scaling) => averageFactors(contributions, weightsOf(contributions), scaling),
  residual: (contributions, merged, before) => [
    ...(before ? [{ factors: before, coefficient: before.scaling }] : []),
    ...weightedTerms(contributions),
    { factors: merged, coefficient: -merged.scaling },
  ],
}
