import { activationBytes } from './activation-bytes.ts'
import type { ModelDescription, TrainingShape } from './model-description.ts'

/** A weight, its gradient and AdamW's two moments, all f32. */
const BYTES_PER_TRAINED = 16
/** x·Aᵀ and its gradient, f32. */
const BYTES_PER_BOTTLENECK = 8

/** What an executor takes whatever the model is, and how often it holds the weights. */
export interface ExecutorFootprint {
  /** The library, its arenas and the JavaScript around it. */
  readonly overheadBytes: number
  /** 2 where matrices are packed once for each direction. */
  readonly weightCopies: number
}

/** Corrections that one real step taught (see `calibrate`). */
export interface Calibration {
  readonly activationFactor: number
  readonly extraBytes: number
}

export const UNCALIBRATED: Calibration = { activationFactor: 1, extraBytes: 0 }

/** The parts of what training takes, in bytes. */
export interface MemoryNeed {
  readonly base: number
  readonly activations: number
  /** Everything that grows with the rank: factors, gradients, moments, and what passes between A and B. */
  readonly lora: number
  readonly overhead: number
  readonly total: number
}

export interface MemoryModel {
  readonly model: ModelDescription
  readonly training: TrainingShape
  readonly footprint: ExecutorFootprint
  /** Default: `UNCALIBRATED`. */
  readonly calibration?: Calibration
}

/** LoRA parameters of one rank over all modules: r·Σ(in + out). */
export const loraParameterCount = (model: ModelDescription, rank: number): number =>
  rank * model.modules.reduce((sum, { inFeatures, outFeatures }) => sum + inFeatures + outFeatures, 0)

/** Bytes that training at `rank` takes: base + activations + LoRA + overhead. */
export function memoryNeed(memory: MemoryModel, rank: number): MemoryNeed {
  const { model, training, footprint, calibration = UNCALIBRATED } = memory
  const tokens = training.batch * training.length
  const bottlenecks = tokens * model.modules.length * rank
  const base = model.weightBytes * footprint.weightCopies
  const activations = Math.ceil(activationBytes(model, training) * calibration.activationFactor)
  const lora = loraParameterCount(model, rank) * BYTES_PER_TRAINED + bottlenecks * BYTES_PER_BOTTLENECK
  const overhead = footprint.overheadBytes + calibration.extraBytes
  return { base, activations, lora, overhead, total: base + activations + lora + overhead }
}
