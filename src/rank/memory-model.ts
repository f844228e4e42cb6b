import { activationBytes } from './activation-bytes.ts'
import type { ModelDescription, TrainingShape } from './model-description.ts'

/** A weight, its gradient and AdamW's two moments, all f32. */
const BYTES_PER_TRAINED = 16
/** x·Aᵀ and its gradient, f32. */
const BYTES_PER_BOTTLENECK = 8

/**
 * Where directions lie frozen below the adapter, in the same branch: what both are stacked into (the start of the round,
 * the stack above which gradients are taken, and its parameters), all f32.
 */
const BYTES_PER_STACKED = 12
/**
 * Of a frozen weight besides: itself as global factors, its gradient, which is computed and dropped, and what of both is on
 * its way to and from the engine's thread, all f32. Measured: 31 bytes (SmolLM2-135M's shape, rank 128 below rank 64).
 */
const BYTES_PER_FROZEN = BYTES_PER_STACKED + 16

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
  /** What lies frozen below the adapter; the same for every rank. */
  readonly frozen: number
  /** Everything that grows with the rank: factors, gradients, moments, and what passes between A and B. */
  readonly lora: number
  readonly overhead: number
  readonly total: number
}

/** Directions that rounds add to the base, and every peer keeps frozen below its adapter. */
export interface FrozenBelow {
  /** The rank that they can grow to. */
  readonly rank: number
  /** Directions of each module that they leave to the adapters: the ladder's largest rank. */
  readonly reservedRank: number
}

export interface MemoryModel {
  readonly model: ModelDescription
  readonly training: TrainingShape
  readonly footprint: ExecutorFootprint
  /** What the strategy adds to the base, below the adapter. Default: nothing. */
  readonly frozen?: FrozenBelow
  /** Default: `UNCALIBRATED`. */
  readonly calibration?: Calibration
}

/** LoRA parameters of one rank over all modules: r·Σ(in + out). */
export const loraParameterCount = (model: ModelDescription, rank: number): number =>
  rank * model.modules.reduce((sum, { inFeatures, outFeatures }) => sum + inFeatures + outFeatures, 0)

/** Bytes that training at `rank` takes: base + activations + what lies frozen + LoRA + overhead. */
export function memoryNeed(memory: MemoryModel, rank: number): MemoryNeed {
  const { model, training, footprint, frozen: below, calibration = UNCALIBRATED } = memory
  const tokens = training.batch * training.length
  const bottlenecks = tokens * model.modules.length * rank
  const base = model.weightBytes * footprint.weightCopies
  const activations = Math.ceil(activationBytes(model, training) * calibration.activationFactor)
  const bytesPerTrained = BYTES_PER_TRAINED + (below === undefined ? 0 : BYTES_PER_STACKED)
  const lora = loraParameterCount(model, rank) * bytesPerTrained + bottlenecks * BYTES_PER_BOTTLENECK
  const frozen = below === undefined ? 0 : frozenBytes(model, tokens, below)
  const overhead = footprint.overheadBytes + calibration.extraBytes
  const total = base + activations + frozen + lora + overhead
  return { base, activations, frozen, lora, overhead, total }
}

/** Modules that are too narrow for the whole rank hold as many directions as the adapters leave. */
function frozenBytes({ modules }: ModelDescription, tokens: number, below: FrozenBelow): number {
  return modules.reduce((sum, { inFeatures, outFeatures }) => {
    const room = Math.max(1, Math.min(inFeatures, outFeatures) - below.reservedRank)
    const rank = Math.min(below.rank, room)
    return sum + rank * ((inFeatures + outFeatures) * BYTES_PER_FROZEN + tokens * BYTES_PER_BOTTLENECK)
  }, 0)
}
