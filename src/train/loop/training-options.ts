import type { Schedule } from '../optimizer/learning-rate.ts'

/** How long and how to train. Give `steps` or `epochs`; with neither it is one epoch. */
export interface TrainingOptions {
  /** Optimiser steps. */
  readonly steps?: number
  /** Passes over the data; may be a fraction. Ignored where `steps` is given. */
  readonly epochs?: number
  /** Sequences a step. Default 16. A smaller data set makes smaller batches. */
  readonly batchSize?: number
  /** Sequences that go through the model at once; their gradients add up to the step's. Default `batchSize`. */
  readonly microBatchSize?: number
  /** Default 1e-3. */
  readonly learningRate?: number
  /** Default `cosine`. */
  readonly schedule?: Schedule
  /** Default 0. */
  readonly warmupSteps?: number
  /** Where decay ends. Default 0. */
  readonly minLearningRate?: number
  /** Default 0.01. */
  readonly weightDecay?: number
  /** Whether a parameter decays. Default: all do. */
  readonly decays?: (name: string) => boolean
  /** Default 0.9. */
  readonly beta1?: number
  /** Default 0.999. */
  readonly beta2?: number
  /** Default 1e-8. */
  readonly epsilon?: number
  /** Largest global norm of a step's gradient. Default 1; Infinity does not clip. */
  readonly clipNorm?: number
  /** Of the order of the data and of dropout. Default 0. */
  readonly seed?: string | number
  /** Batch lengths are rounded up to a multiple of it. Default 1. */
  readonly padToMultipleOf?: number
  /**
   * How many steps came before, in earlier rounds of one long training: order of data, dropout and learning
   * rate go on from there. Default 0.
   */
  readonly firstStep?: number
  /** Steps of the whole learning rate schedule. Default `firstStep` plus this call's steps. */
  readonly scheduleSteps?: number
}

/** Options with every default filled in, for a data set of a known size. */
export interface TrainingPlan extends Required<Omit<TrainingOptions, 'epochs' | 'decays'>> {
  readonly decays: (name: string) => boolean
  readonly batchesPerEpoch: number
}

/** @param sequences how many there are to train on; at least 1. */
export function planTraining(options: TrainingOptions, sequences: number): TrainingPlan {
  const batchSize = options.batchSize ?? 16
  const batchesPerEpoch = Math.ceil(sequences / batchSize)
  const steps = options.steps ?? Math.ceil((options.epochs ?? 1) * batchesPerEpoch)
  const firstStep = options.firstStep ?? 0
  return {
    steps,
    batchSize,
    batchesPerEpoch,
    firstStep,
    microBatchSize: options.microBatchSize ?? batchSize,
    learningRate: options.learningRate ?? 1e-3,
    schedule: options.schedule ?? 'cosine',
    warmupSteps: options.warmupSteps ?? 0,
    minLearningRate: options.minLearningRate ?? 0,
    weightDecay: options.weightDecay ?? 0.01,
    decays: options.decays ?? (() => true),
    beta1: options.beta1 ?? 0.9,
    beta2: options.beta2 ?? 0.999,
    epsilon: options.epsilon ?? 1e-8,
    clipNorm: options.clipNorm ?? 1,
    seed: options.seed ?? 0,
    padToMultipleOf: options.padToMultipleOf ?? 1,
    scheduleSteps: options.scheduleSteps ?? firstStep + steps,
  }
}
