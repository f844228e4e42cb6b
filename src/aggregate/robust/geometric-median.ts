import { distancesToMix } from '../inner-products.ts'
import type { WeighingStrategy } from '../strategy.ts'

const MOST_STEPS = 200
/** Of the largest norm: nearer than this counts as at the point itself. */
const SMOOTHING = 1e-6
const SETTLED = 1e-10

/**
 * The geometric median, by smoothed Weiszfeld steps (RFA, arXiv 1912.13445, alg. 1): the point v = Σ cᵢΔWᵢ that
 * minimises Σ wᵢ‖v − ΔWᵢ‖, with wᵢ by samples. It bears liars of less than half of the weight.
 */
export const geometricMedian: WeighingStrategy = {
  kind: 'weighing',
  needsPrevious: false,
  coefficients({ products, weights }) {
    const n = weights.length
    const norms = weights.map((_, i) => Math.sqrt(products.data[i * n + i] as number))
    const floor = SMOOTHING * Math.max(...norms)
    let mix = [...weights]
    for (let step = 0; floor > 0 && step < MOST_STEPS; step++) {
      const distances = distancesToMix(products, mix)
      const pulls = weights.map((weight, i) => weight / Math.max(floor, distances[i] as number))
      const total = pulls.reduce((sum, pull) => sum + pull, 0)
      const next = pulls.map((pull) => pull / total)
      const moved = Math.max(...next.map((share, i) => Math.abs(share - (mix[i] as number))))
      mix = next
      if (moved < SETTLED) break
    }
    return mix
  },
}
