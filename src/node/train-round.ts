import { initialFactors } from '../adapter/initial-factors.ts'
import type { ModuleShape } from '../adapter/module-shape.ts'
import { fitFactors } from '../aggregate/fit-to-rank.ts'
import type { Factors } from '../base/adapter.ts'
import type { Charter } from '../round/charter/charter.ts'
import { type LocalTraining, trainLocally } from '../train/loop/train-locally.ts'
import type { TrainingOptions } from '../train/loop/training-options.ts'
import { charterScaling } from './charter-scaling.ts'

/** What a charter says about a peer's own work in a round. */
export type TrainingRules = Pick<Charter, 'seed' | 'adapter' | 'training' | 'rounds'>

/** Where a peer of that rank begins a round: its part of the global factors, or the first factors of the charter. */
export function startingFactors(
  charter: TrainingRules,
  modules: readonly ModuleShape[],
  rank: number,
  global: Factors | null,
): Factors {
  const { seed } = charter
  const scaling = charterScaling(charter, rank)
  return global === null
    ? initialFactors({ seed, modules, rankOf: () => rank, scalingOf: () => scaling })
    : fitFactors(global, { rank, scaling, seed })
}

export interface RoundTraining extends Omit<LocalTraining, 'options' | 'resume'> {
  /** 1-based. */
  readonly round: number
  /** Names this peer's stream of chance: its peer id. */
  readonly stream: string
}

/** Trains one peer's factors for one round, as the charter says. */
export const trainRound = (charter: TrainingRules, { round, stream, ...training }: RoundTraining) =>
  trainLocally({ ...training, options: roundOptions(charter, round, stream) })

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
