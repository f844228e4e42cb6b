import type { TrainingOptions } from '../../src/train/loop/training-options.ts'

/** Steps between two saved states; the data is made a segment at a time. */
export const SEGMENT_STEPS = 250

/** Examples of a step. */
export const BATCH_SIZE = 32

const WARMUP_STEPS = 100
const LEARNING_RATE = 2e-3
/** The last share of all steps, on which the rate falls to nothing. */
const DECAY_SHARE = 0.3

/** A stretch of the training with data of its own. */
export interface Segment {
  /** 0-based. */
  readonly firstStep: number
  readonly steps: number
}

/** The whole training as segments. */
export function segmentsOf(steps: number): Segment[] {
  return Array.from({ length: Math.ceil(steps / SEGMENT_STEPS) }, (_, at) => {
    const firstStep = at * SEGMENT_STEPS
    return { firstStep, steps: Math.min(SEGMENT_STEPS, steps - firstStep) }
  })
}

/**
 * How a segment is trained. The rate warms up, stays, and falls in a straight line at the end (arXiv 2405.18392):
 * until that fall begins, a training does not depend on how long it will be, so a longer one may go on from it.
 */
export function segmentOptions(
  { firstStep, steps }: Segment,
  totalSteps: number,
  seed: number,
): TrainingOptions {
  const decayFrom = decayStart(totalSteps)
  const decays = firstStep >= decayFrom
  return {
    firstStep,
    steps,
    seed,
    batchSize: BATCH_SIZE,
    learningRate: LEARNING_RATE,
    schedule: decays ? 'linear' : 'constant',
    warmupSteps: decays ? decayFrom : WARMUP_STEPS,
    scheduleSteps: totalSteps,
    beta2: 0.98,
    weightDecay: 0.05,
    decays: (name) => !name.includes('norm'),
  }
}

/** The first step of the fall: where a segment begins. */
const decayStart = (totalSteps: number) =>
  Math.ceil((totalSteps * (1 - DECAY_SHARE)) / SEGMENT_STEPS) * SEGMENT_STEPS
