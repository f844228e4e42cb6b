import type { DenseStrategy } from '../strategy.ts'
import { toleratedLiars } from './tolerated.ts'

/**
 * Coordinate-wise median (arXiv 1803.01498, definition 1) of the dense ΔWᵢ; between the middle two of an even number.
 * Samples do not count.
 */
export const coordinateMedian: DenseStrategy = {
  kind: 'dense',
  needsPrevious: false,
  weighsItself: true,
  combine(sorted) {
    const middle = sorted.length >> 1
    const upper = sorted[middle] as number
    return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2
  },
}

/** Coordinate-wise trimmed mean (ibid., definition 2): without the f largest and the f smallest of each entry. */
export const trimmedMean: DenseStrategy = {
  kind: 'dense',
  needsPrevious: false,
  weighsItself: true,
  combine(sorted) {
    const liars = toleratedLiars(sorted.length, Math.floor((sorted.length - 1) / 2))
    let sum = 0
    for (let i = liars; i < sorted.length - liars; i++) sum += sorted[i] as number
    return sum / (sorted.length - 2 * liars)
  },
}
