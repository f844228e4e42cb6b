import type { Factors } from '../../base/adapter.ts'
import type { Executor } from '../../engine/executor.ts'
import type { Checkpoint } from '../../model/checkpoint.ts'
import { loraParameters, loraSpec } from '../../model/lora-spec.ts'
import { openEvaluator } from '../../model/open-evaluator.ts'
import { openGenerator } from '../../model/open-generator.ts'
import { coderOf } from '../batch/coder-of.ts'
import { type Evaluate, type EvaluateOptions, type Evaluation, evaluate } from './evaluate.ts'

export interface EvaluateCheckpoint extends Omit<Evaluate, 'evaluator' | 'generator' | 'coder'> {
  readonly executor: Executor
  readonly checkpoint: Checkpoint
  /** Also generate answers, for exact match and Rouge-L. Default true. */
  readonly generate?: boolean
}

/**
 * `evaluate` for a checkpoint and its adapter: opens what that needs, and closes it again. Sequences are kept to
 * the positions that the model was made for.
 */
export async function evaluateCheckpoint(evaluation: EvaluateCheckpoint): Promise<Evaluation> {
  const { executor, checkpoint, generate = true, ...given } = evaluation
  const rest = { ...given, options: withinPositions(given.options ?? {}, checkpoint.config.maxPositions) }
  const factors: Factors = given.factors ?? new Map()
  const lora = loraSpec(factors)
  const coder = coderOf(checkpoint)
  const evaluator = openEvaluator(executor, checkpoint, { lora })
  try {
    if (!generate) return await evaluate({ ...rest, evaluator, coder })
    const parameters = loraParameters(factors)
    const generator = await openGenerator(executor, checkpoint, { lora, parameters })
    try {
      return await evaluate({ ...rest, evaluator, generator, coder })
    } finally {
      await generator.close()
    }
  } finally {
    await evaluator.close()
  }
}

function withinPositions(options: EvaluateOptions, maxPositions: number): EvaluateOptions {
  const maxLength = Math.min(options.maxLength ?? 512, maxPositions)
  return {
    ...options,
    maxLength,
    contextLength: Math.min(options.contextLength ?? maxPositions, maxPositions),
  }
}
