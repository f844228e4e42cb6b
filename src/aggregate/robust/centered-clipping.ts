import { distancesToMix } from '../inner-products.ts'
import type { WeighingStrategy } from '../strategy.ts'

const STEPS = 10

/**
 * Centered clipping (arXiv 2012.10333, alg. 2): v ← v + Σ wᵢ(ΔWᵢ − v)·min(1, τ/‖ΔWᵢ − v‖), from the previous global
 * (from zero in the first round). The radius τ is the median distance from v, taken anew each step, so that no
 * charter has to guess it; the paper leaves τ to the user.
 */
export const centeredClipping: WeighingStrategy = {
  kind: 'weighing',
  needsPrevious: true,
  coefficients({ products, weights, hasPrevious }) {
    const n = weights.length
    let mix: number[] = Array.from({ length: products.rows }, (_, i) => (hasPrevious && i === n ? 1 : 0))
    for (let step = 0; step < STEPS; step++) {
      const distances = distancesToMix(products, mix).slice(0, n)
      const radius = median(distances)
      if (radius === 0) break
      const pulls = weights.map((weight, i) => weight * Math.min(1, radius / (distances[i] || 1)))
      const total = pulls.reduce((sum, pull) => sum + pull, 0)
      mix = mix.map((share, i) => share * (1 - total) + (pulls[i] ?? 0))
    }
    return mix
  },
}

/** The lower median: with half of the contributions honest, it is bounded by an honest one's distance. */
function median(values: readonly number[]): number {
  return values.toSorted((x, y) => x - y)[Math.floor((values.length - 1) / 2)] as number
}
