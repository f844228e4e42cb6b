import type { FactorStrategy } from '../strategy.ts'
import { averageFactors, mixedRanks, weightsOf } from './average-factors.ts'

/**
 * FedSA-LoRA (arXiv 2410.01463, §3.2): both factors learn, only A is shared: A = Σ wᵢAᵢ. Each peer goes on with its own B,
 * which never leaves it; it travels as zeros, so the global factors alone change nothing. The paper averages uniformly,
 * we by weight. Every peer must have the same rank.
 */
export const fedsaLora: FactorStrategy = {
  kind: 'factors',
  needsPrevious: false,
  oneRank: true,
  refusal: mixedRanks,
  local: () => ({ trains: 'both', shares: 'a' }),
  merge(contributions, scaling) {
    const averaged = averageFactors(contributions, weightsOf(contributions), scaling)
    return { ...averaged, b: new Float32Array(averaged.b.length) }
  },
}
