import type { Factors } from '../base/adapter.ts'
import type { Charter } from '../round/charter/charter.ts'
import { type LocalTraining, trainLocally } from '../train/loop/train-locally.ts'
import type { TrainingOptions } from '../train/loop/training-options.ts'
import { gradientRule } from './gradient-rule.ts'
import type { RoundStart } from './round-start.ts'

/** What a charter says about a peer's own work in a round. */
export type TrainingRules = Pick<Charter, 'seed' | 'adapter' | 'ranks' | 'training' | 'rounds' | 'strategy'>

export interface RoundTraining
  extends Omit<LocalTraining, 'options' | 'resume' | 'factors' | 'below' | 'rule'> {
  /** 1-based. */
  readonly round: number
  /** Where the peer begins; `trainable` was opened with `whole`. */
  readonly start: RoundStart
  /** The peer's own dual, where the charter's correction has one. Default: zero. */
  readonly dual?: Factors | null
  /** Names this peer's stream of chance: its peer id. */
  readonly stream: string
}

/** Trains one peer's factors for one round, as the charter says. */
export const trainRound = (
  charter: TrainingRules,
  { round, stream, start, dual = null, ...training }: RoundTraining,
) =>
  trainLocally({
    ...training,
    factors: start.factors,
    below: start.below,
    rule: gradientRule(charter, round, start, dual),
    options: roundOptions(charter, round, stream),
  })

/** One learning rate schedule and one order of the data over all rounds; the optimiser begins anew in each. */
function roundOptions(
  { training, rounds, seed }: TrainingRules,
  round: number,
  stream: string,
): TrainingOptions {
  const { steps, batchSize, learningRate, schedule, warmupSteps, weightDecay, clipNorm } = training
  return {
    steps,
    batchSize,
    learningRate,
    schedule,
    warmupSteps,
    weightDecay,
    clipNorm: clipNorm === 0 ? Number.POSITIVE_INFINITY : clipNorm,
    seed: `${seed}/${stream}`,
    firstStep: (round - 1) * steps,
    scheduleSteps: rounds * steps,
  }
}
