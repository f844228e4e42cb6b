import { type Calibration, type MemoryModel, memoryNeed, UNCALIBRATED } from './memory-model.ts'

export interface CalibrationOptions {
  /**
   * A miss of at most this many bytes teaches nothing: garbage collection, arenas and other threads move a
   * process's memory by as much. Default 128 MiB.
   */
  readonly noiseBytes?: number
}

/** Activations are believed to be wrong by at most this much either way; the rest counts as overhead. */
const SMALLEST_FACTOR = 0.25
const LARGEST_FACTOR = 8
const DEFAULT_NOISE_BYTES = 128 * 2 ** 20

/**
 * Learns from one real step at `rank` whose peak was `measuredBytes`: the activations are scaled by the factor
 * that explains the peak, and what no believable factor explains becomes overhead.
 */
export function calibrate(
  memory: MemoryModel,
  rank: number,
  measuredBytes: number,
  options: CalibrationOptions = {},
): Calibration {
  const { noiseBytes = DEFAULT_NOISE_BYTES } = options
  const predicted = memoryNeed({ ...memory, calibration: UNCALIBRATED }, rank)
  const miss = measuredBytes - predicted.total
  if (Math.abs(miss) <= noiseBytes) return UNCALIBRATED
  const explained = (predicted.activations + miss) / predicted.activations
  const activationFactor = Math.min(Math.max(explained, SMALLEST_FACTOR), LARGEST_FACTOR)
  const rest = miss - (activationFactor - 1) * predicted.activations
  return { activationFactor, extraBytes: Math.max(0, Math.round(rest)) }
}
