import { TrainingOptionError } from './train-errors.ts'
import type { TrainingPlan } from './training-options.ts'

const COUNTS = ['steps', 'batchSize', 'microBatchSize', 'padToMultipleOf', 'scheduleSteps'] as const
const NOT_NEGATIVE = [
  'learningRate',
  'warmupSteps',
  'minLearningRate',
  'weightDecay',
  'epsilon',
  'firstStep',
] as const

/** Throws TrainingOptionError on the first option that is out of its range. */
export function checkPlan(plan: TrainingPlan): void {
  for (const option of COUNTS) {
    const value = plan[option]
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new TrainingOptionError(option, value, 'a whole number of at least 1')
    }
  }
  for (const option of NOT_NEGATIVE) {
    const value = plan[option]
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      throw new TrainingOptionError(option, value, 'a number of at least 0')
    }
  }
  for (const option of ['beta1', 'beta2'] as const) {
    const value = plan[option]
    if (!(value >= 0 && value < 1)) throw new TrainingOptionError(option, value, 'at least 0 and below 1')
  }
  if (!(plan.clipNorm > 0)) throw new TrainingOptionError('clipNorm', plan.clipNorm, 'above 0')
}
