import { checkAdapterTarget, writeAdapter } from '../adapter/write-adapter.ts'
import type { Factors } from '../base/adapter.ts'
import type { Example } from '../train/data/example.ts'
import { loadExamples } from '../train/data/read-examples.ts'
import { splitExamples } from '../train/data/split-examples.ts'
import { evaluateCheckpoint } from '../train/evaluate/evaluate-checkpoint.ts'
import type { StepEvent } from '../train/loop/run-training.ts'
import type { TrainingOptions } from '../train/loop/training-options.ts'
import { adapterConfig } from './adapter-config.ts'
import { openSession, type Session, type SessionOptions } from './open-session.ts'
import { firstFactors, loraChoices, planJob, type TrainedFactors, trainAtRank } from './training-job.ts'

export interface TrainAdapterOptions extends SessionOptions, TrainingOptions {
  /** Files or folders of examples. */
  readonly data: readonly string[]
  /** Where the `peft` adapter goes. */
  readonly out: string
  /** Default: the largest that memory holds. */
  readonly rank?: number
  /** The memory that training may take, such as `8GB`. Default: what the machine has. */
  readonly memory?: string
  /**
   * `whole`: the model in one graph; `layered`: a layer at a time, in less memory and more time. Default: whole where
   * it fits.
   */
  readonly graph?: 'whole' | 'layered'
  /** Default 32. */
  readonly alpha?: number
  /** α/√r instead of α/r. Default false. */
  readonly rsLora?: boolean
  /** Share of the adapters' inputs that training drops. Default 0. */
  readonly dropout?: number
  /** Module names, a regular expression, or `'all-linear'`, as in `peft`. Default `'all-linear'`. */
  readonly targetModules?: readonly string[] | string
  /** Longest example in tokens. Default 512, at most what the model takes. */
  readonly maxLength?: number
  /** Share of the examples that is kept out of training to measure it. Default 0.1. */
  readonly validationShare?: number
  /** Leave bad lines out instead of failing on the first. Default false. */
  readonly skipBadLines?: boolean
  readonly onRank?: (rank: number, reasons: readonly string[]) => void
  readonly onStep?: (step: StepEvent) => void
  readonly signal?: AbortSignal
}

export interface TrainedAdapter {
  readonly out: string
  readonly rank: number
  readonly steps: number
  readonly samples: number
  readonly firstLoss: number
  readonly lastLoss: number
  /** On the examples kept out of training; null where there are none. */
  readonly validation: {
    readonly examples: number
    readonly lossBefore: number
    readonly lossAfter: number
  } | null
  readonly badLines: number
}

/**
 * Trains a LoRA adapter of a base model on this machine alone and writes it as a `peft` directory. Nothing is
 * written before training is done. Where memory runs out, it goes on at the next rank below.
 *
 * @throws the typed errors of loading the model and the data, of the rank policy, and `DivergedError`
 */
export async function trainAdapter(options: TrainAdapterOptions): Promise<TrainedAdapter> {
  checkAdapterTarget(options.out)
  const { data, skipBadLines = false, seed = 0, validationShare = 0.1 } = options
  const { examples, badLines } = await loadExamples(data, { skipBadLines })
  const { train, validation } = splitExamples(examples, { seed, validationShare })
  const session = await openSession(options)
  try {
    const job = await planJob(session, options, train)
    const { rank, reasons } = job.decision
    options.onRank?.(rank, reasons)
    const measure = (factors: Factors) =>
      validationLoss(session, validation, factors, job.maxLength, options.signal)
    const lossBefore = await measure(firstFactors(job, options, rank))
    const trained = await trainAtRank(session, job, options, rank)
    const lossAfter = await measure(trained.factors)
    options.signal?.throwIfAborted()
    const { seed: _, ...lora } = loraChoices(options)
    const choices = { baseModel: options.model, modules: job.modules, rank: trained.rank, ...lora }
    writeAdapter(options.out, { config: adapterConfig(choices), factors: trained.factors })
    const losses = { examples: validation.length, lossBefore, lossAfter }
    return report(options.out, trained, validation.length === 0 ? null : losses, badLines.length)
  } finally {
    await session.close()
  }
}

/** Mean loss on the examples kept out of training; NaN where there are none. */
async function validationLoss(
  { checkpoint, executor }: Session,
  examples: readonly Example[],
  factors: Factors,
  maxLength: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  if (examples.length === 0) return Number.NaN
  const { loss } = await evaluateCheckpoint({
    executor,
    checkpoint,
    examples,
    factors,
    generate: false,
    options: { maxLength },
    ...(signal === undefined ? {} : { signal }),
  })
  return loss
}

function report(
  out: string,
  { rank, steps, samples, firstLoss, lastLoss }: TrainedFactors,
  validation: TrainedAdapter['validation'],
  badLines: number,
): TrainedAdapter {
  return { out, rank, steps, samples, firstLoss, lastLoss, validation, badLines }
}
