import type { ModuleFactors } from '../../base/adapter.ts'
import type { ModuleContribution } from '../contribution.ts'

/**
 * The factors averaged each by itself, smaller ranks padded with zeros: A = Σ wᵢ[Aᵢ; 0] and B = Σ wᵢ(sᵢ/s)[Bᵢ 0], at
 * the largest rank among the contributions. Sums are float64 in the order given.
 */
export function averageFactors(
  contributions: readonly ModuleContribution[],
  weights: readonly number[],
  scaling: number,
): ModuleFactors {
  const { inFeatures, outFeatures } = (contributions[0] as ModuleContribution).factors
  const rank = Math.max(...contributions.map(({ factors }) => factors.rank))
  const a = new Float64Array(rank * inFeatures)
  const b = new Float64Array(outFeatures * rank)
  for (const [at, { factors }] of contributions.entries()) {
    const weight = weights[at] as number
    addScaled(a, factors.a, weight)
    addColumns(b, rank, factors, (weight * factors.scaling) / scaling)
  }
  return { rank, inFeatures, outFeatures, scaling, a: Float32Array.from(a), b: Float32Array.from(b) }
}

/** The first rows of `sum`, as many as `values` has. */
function addScaled(sum: Float64Array, values: Float32Array, factor: number): void {
  for (let i = 0; i < values.length; i++) sum[i] = (sum[i] as number) + factor * (values[i] as number)
}

function addColumns(
  sum: Float64Array,
  rank: number,
  { rank: own, outFeatures, b }: ModuleFactors,
  factor: number,
): void {
  for (let i = 0; i < outFeatures; i++) {
    for (let j = 0; j < own; j++) {
      const at = i * rank + j
      sum[at] = (sum[at] as number) + factor * (b[i * own + j] as number)
    }
  }
}

export const weightsOf = (contributions: readonly ModuleContribution[]): number[] =>
  contributions.map(({ weight }) => weight)

/** The ranks, each once, for a sentence. */
export const listRanks = (ranks: readonly number[]): string =>
  [...new Set(ranks)].sort((x, y) => x - y).join(', ')

/** Why ranks cannot be averaged by a strategy that wants all alike, or null. */
export const mixedRanks = (ranks: readonly number[], rank: number): string | null =>
  ranks.every((one) => one === rank)
    ? null
    : `it averages factors of one rank, and was given ${listRanks(ranks)} for a result of rank ${rank}`

/** Why a padded average cannot have the rank asked for, or null. */
export const notTheLargest = (ranks: readonly number[], rank: number): string | null =>
  Math.max(...ranks) === rank
    ? null
    : `its global factors have the largest rank among the contributions, ${Math.max(...ranks)}, not ${rank}`
