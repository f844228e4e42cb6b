import { loadExamples } from '../train/data/read-examples.ts'
import type { EvaluateOptions, Evaluation } from '../train/evaluate/evaluate.ts'
import { type EvaluateCheckpoint, evaluateCheckpoint } from '../train/evaluate/evaluate-checkpoint.ts'
import { readAdapterFor } from './linear-shapes.ts'
import { openSession, type SessionOptions } from './open-session.ts'

export interface EvaluateModelOptions extends SessionOptions, EvaluateOptions {
  /** A `peft` adapter of the model. Default: the model alone. */
  readonly adapter?: string
  /** Files or folders of examples. */
  readonly data: readonly string[]
  /** Also generate answers, for exact match and Rouge-L. Default true. */
  readonly generate?: boolean
  /** Leave bad lines out instead of failing on the first. Default false. */
  readonly skipBadLines?: boolean
  readonly onProgress?: NonNullable<EvaluateCheckpoint['onProgress']>
  readonly signal?: AbortSignal
}

export interface ModelEvaluation extends Evaluation {
  /** Lines that were left out under `skipBadLines`. */
  readonly badLines: number
}

/** Loss, perplexity, exact match and Rouge-L of a model, with or without an adapter, on examples. */
export async function evaluateModel(options: EvaluateModelOptions): Promise<ModelEvaluation> {
  const { adapter, data, generate = true, skipBadLines = false, onProgress, signal, ...rest } = options
  const { examples, badLines } = await loadExamples(data, { skipBadLines })
  const session = await openSession(rest)
  try {
    const { checkpoint, executor } = session
    const factors = adapter === undefined ? undefined : readAdapterFor(checkpoint, adapter).factors
    const evaluation = await evaluateCheckpoint({
      executor,
      checkpoint,
      examples,
      generate,
      options: rest,
      ...(factors === undefined ? {} : { factors }),
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(signal === undefined ? {} : { signal }),
    })
    return { ...evaluation, badLines: badLines.length }
  } finally {
    await session.close()
  }
}
