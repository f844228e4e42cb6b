import { initialFactors } from '../adapter/initial-factors.ts'
import { type Factors, loraScaling } from '../base/adapter.ts'
import type { LinearModule } from '../model/linear-module.ts'
import { loraSpec } from '../model/lora-spec.ts'
import { openTrainable } from '../model/open-trainable.ts'
import { resolveTargets } from '../model/resolve-targets.ts'
import { isOutOfMemory } from '../node/is-out-of-memory.ts'
import { coderOf } from '../train/batch/coder-of.ts'
import type { TokenExample } from '../train/batch/token-example.ts'
import { tokenizeExamples } from '../train/batch/tokenize-examples.ts'
import type { Example } from '../train/data/example.ts'
import type { TrainingOutcome } from '../train/loop/run-training.ts'
import { trainLocally } from '../train/loop/train-locally.ts'
import { decideRank, type RankDecision } from './decide-rank.ts'
import type { Session } from './open-session.ts'
import { systemClock } from './system-clock.ts'
import type { TrainAdapterOptions } from './train-adapter.ts'

/** All that is settled before the first step. */
export interface TrainingJob {
  readonly modules: readonly LinearModule[]
  readonly sequences: readonly TokenExample[]
  /** Longest sequence in tokens that the data was cut to. */
  readonly maxLength: number
  readonly decision: RankDecision
}

/** Chooses modules, cuts the data and decides the rank. @throws the errors of `decideRank` and of the targets */
export async function planJob(
  { checkpoint, executor }: Session,
  options: TrainAdapterOptions,
  examples: readonly Example[],
): Promise<TrainingJob> {
  const modules = resolveTargets(checkpoint.config, options.targetModules ?? 'all-linear')
  const maxLength = Math.min(options.maxLength ?? 512, checkpoint.config.maxPositions)
  const { sequences } = tokenizeExamples(examples, coderOf(checkpoint), { maxLength })
  const { rank, memory, graph } = options
  const decision = await decideRank({
    checkpoint,
    executor,
    modules,
    batch: Math.min(options.microBatchSize ?? options.batchSize ?? 16, sequences.length),
    length: sequences.reduce((longest, { ids }) => Math.max(longest, ids.length), 1),
    memory,
    rank,
    graph,
    ...(rank === undefined ? {} : { ladder: [rank] }),
  })
  return { modules, sequences, maxLength, decision }
}

/** The factors that training begins with: A is random, B is 0, so that the model is still the base model. */
export function firstFactors({ modules }: TrainingJob, options: TrainAdapterOptions, rank: number): Factors {
  const { alpha, rsLora, seed } = loraChoices(options)
  const scaling = loraScaling(alpha, rank, rsLora)
  return initialFactors({ seed, modules, rankOf: () => rank, scalingOf: () => scaling })
}

/** LoRA's settings with their defaults. */
export const loraChoices = ({ alpha = 32, rsLora = false, dropout = 0, seed = 0 }: TrainAdapterOptions) => ({
  alpha,
  rsLora,
  dropout,
  seed: String(seed),
})

/** A training that is done. */
export interface TrainedFactors extends TrainingOutcome {
  readonly factors: Factors
  readonly rank: number
}

/** Trains at a rank; where memory runs out, at the next below. @throws `NoRankFitsError` where there is none */
export async function trainAtRank(
  session: Session,
  job: TrainingJob,
  options: TrainAdapterOptions,
  rank: number,
): Promise<TrainedFactors> {
  try {
    return { ...(await attempt(session, job, options, rank)), rank }
  } catch (error) {
    if (options.signal?.aborted === true || !isOutOfMemory(error)) throw error
    const lower = job.decision.stepDown(rank)
    options.onRank?.(lower, [`memory ran out at rank ${rank}; going on at rank ${lower}`])
    return trainAtRank(session, job, options, lower)
  }
}

async function attempt(
  { checkpoint, executor }: Session,
  job: TrainingJob,
  options: TrainAdapterOptions,
  rank: number,
) {
  const factors = firstFactors(job, options, rank)
  const { dropout } = loraChoices(options)
  const { graph } = job.decision
  const trainable = await openTrainable(executor, checkpoint, { lora: loraSpec(factors), dropout, graph })
  const { onStep, signal } = options
  try {
    return await trainLocally({
      trainable,
      factors,
      data: job.sequences,
      clock: systemClock,
      options,
      ...(onStep === undefined ? {} : { onStep }),
      ...(signal === undefined ? {} : { signal }),
    })
  } finally {
    await trainable.close()
  }
}
