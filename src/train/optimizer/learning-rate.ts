/** What follows the warm-up: no change, a straight line or half a cosine down to the least rate. */
export type Schedule = 'constant' | 'linear' | 'cosine'

export interface LearningRatePlan {
  readonly learningRate: number
  readonly schedule: Schedule
  /** Steps on which the rate climbs in a straight line. */
  readonly warmupSteps: number
  /** Steps of the whole schedule, warm-up included. */
  readonly totalSteps: number
  /** The rate that decay ends at. */
  readonly minLearningRate: number
}

/**
 * The learning rate of a step (0-based). The schedules are those of `transformers`
 * (`get_cosine_schedule_with_warmup` and its like), except that the warm-up begins at 1/warmupSteps of the rate
 * instead of 0, which would waste the first step.
 */
export function learningRateAt(step: number, plan: LearningRatePlan): number {
  const { learningRate, schedule, warmupSteps, totalSteps, minLearningRate } = plan
  if (step < warmupSteps) return (learningRate * (step + 1)) / warmupSteps
  if (schedule === 'constant') return learningRate
  const passed = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps))
  const share = schedule === 'linear' ? 1 - passed : (1 + Math.cos(Math.PI * passed)) / 2
  return minLearningRate + (learningRate - minLearningRate) * share
}
