import type { ModuleContribution } from './contribution.ts'
import type { FactorStrategy } from './strategy.ts'

/**
 * FedIT (arXiv 2305.05644): the factors are averaged each by itself, A = Σ wᵢAᵢ and B = Σ wᵢ(sᵢ/s)Bᵢ. The product of
 * the means is not the mean of the products; that is the method. Every peer must have the same rank.
 */
export const fedit: FactorStrategy = {
  kind: 'factors',
  needsPrevious: false,
  refusal: (ranks, rank) =>
    ranks.every((one) => one === rank)
      ? null
      : `it averages factors of one rank, and was given ${listed(ranks)}`,
  merge(contributions, scaling) {
    const { rank, inFeatures, outFeatures } = (contributions[0] as ModuleContribution).factors
    const a = new Float64Array(rank * inFeatures)
    const b = new Float64Array(outFeatures * rank)
    for (const { weight, factors } of contributions) {
      addScaled(a, factors.a, weight)
      addScaled(b, factors.b, (weight * factors.scaling) / scaling)
    }
    return { rank, inFeatures, outFeatures, scaling, a: Float32Array.from(a), b: Float32Array.from(b) }
  },
}

function addScaled(sum: Float64Array, values: Float32Array, factor: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + factor * (values[i] as number)
}

const listed = (ranks: readonly number[]): string => [...new Set(ranks)].sort((x, y) => x - y).join(', ')
