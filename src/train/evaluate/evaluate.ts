import type { Factors } from '../../base/adapter.ts'
import { random, shuffled } from '../../base/random.ts'
import { loraParameters } from '../../model/lora-spec.ts'
import type { Evaluator } from '../../model/open-evaluator.ts'
import type { Generator } from '../../model/open-generator.ts'
import { tokenizeExamples } from '../batch/tokenize-examples.ts'
import { EmptyDataError } from '../data/data-errors.ts'
import type { Example } from '../data/example.ts'
import type { AnswerCoder } from './answer-coder.ts'
import { measureLoss } from './measure-loss.ts'
import { type Prediction, predictAnswers } from './predict-answers.ts'

export interface EvaluateOptions {
  /** Longest sequence that loss is measured on, in tokens, as in training. Default 512. */
  readonly maxLength?: number
  /** Longest answer that is generated, in tokens. Default 64. */
  readonly maxNewTokens?: number
  /** Longest prompt and answer together that the model takes. Default `maxLength + maxNewTokens`. */
  readonly contextLength?: number
  /** Sequences that go through the model at once. Default 16. */
  readonly batchSize?: number
  /** Evaluate a sample of this many examples, drawn by `seed`. Default: all. */
  readonly limit?: number
  /** Default 0. */
  readonly seed?: string | number
  /** Put prompts through the model's chat template, where it has one. Default false. */
  readonly useChatTemplate?: boolean
}

export interface Evaluate {
  readonly evaluator: Pick<Evaluator, 'loss'>
  /** Opened with the same factors' values. Without it only the loss is measured. */
  readonly generator?: Pick<Generator, 'generate'>
  readonly coder: AnswerCoder
  /** Of the adapter that the evaluator was opened with. Default none. */
  readonly factors?: Factors
  readonly examples: readonly Example[]
  readonly options?: EvaluateOptions
  /** Told how far it is, in sequences measured and answers generated. */
  readonly onProgress?: (progress: { readonly done: number; readonly of: number }) => void
  readonly signal?: AbortSignal
}

export interface Evaluation {
  /** How many were evaluated. */
  readonly examples: number
  /** Tokens that the loss is the mean of. */
  readonly tokens: number
  /** Mean cross-entropy of the answers' tokens (of all tokens of plain text), in nats, by teacher forcing. */
  readonly loss: number
  /** exp(loss). */
  readonly perplexity: number
  /** Share of generated answers that match a reference, 0 to 1; null where none was generated. */
  readonly exactMatch: number | null
  /** Mean Rouge-L of the generated answers, 0 to 1; null where none was generated. */
  readonly rougeL: number | null
  /** One for every example with an answer, in order; empty without a generator. */
  readonly predictions: readonly Prediction[]
}

/**
 * How well a model answers: the loss of the right answers, and exact match and Rouge-L of its own, generated
 * greedily from the prompts alone.
 *
 * @throws EmptyDataError without examples; the signal's reason once it is aborted.
 */
export async function evaluate(evaluation: Evaluate): Promise<Evaluation> {
  const { evaluator, generator, coder, factors, onProgress, signal, options = {} } = evaluation
  const { maxLength = 512, maxNewTokens = 64, batchSize = 16, useChatTemplate = false } = options
  const examples = sample(evaluation.examples, options)
  if (examples.length === 0) throw new EmptyDataError(['the examples to evaluate'], 0)
  const parameters = factors === undefined ? new Map<string, Float32Array>() : loraParameters(factors)
  const { sequences } = tokenizeExamples(examples, coder, { maxLength, useChatTemplate })
  const answerable = examples.filter((example) => example.kind !== 'text')
  const of = sequences.length + (generator === undefined ? 0 : answerable.length)
  let done = 0
  const advance = (more: number) => {
    done += more
    onProgress?.({ done, of })
    signal?.throwIfAborted()
  }
  advance(0)
  const { loss, tokens } = await measureLoss(evaluator, parameters, sequences, batchSize, advance)
  const maxPromptTokens = (options.contextLength ?? maxLength + maxNewTokens) - maxNewTokens
  const predictOptions = { maxNewTokens, maxPromptTokens, batchSize, useChatTemplate }
  const predictions =
    generator === undefined
      ? []
      : await predictAnswers(generator, coder, answerable, predictOptions, advance, signal)
  return {
    examples: examples.length,
    tokens,
    loss,
    perplexity: Math.exp(loss),
    ...means(predictions),
    predictions,
  }
}

function sample(examples: readonly Example[], { limit, seed = 0 }: EvaluateOptions): readonly Example[] {
  if (limit === undefined || limit >= examples.length) return examples
  return shuffled(examples, random('evaluate', seed)).slice(0, limit)
}

function means(predictions: readonly Prediction[]): { exactMatch: number | null; rougeL: number | null } {
  if (predictions.length === 0) return { exactMatch: null, rougeL: null }
  const mean = (of: (prediction: Prediction) => number) =>
    predictions.reduce((sum, prediction) => sum + of(prediction), 0) / predictions.length
  return { exactMatch: mean((p) => Number(p.exactMatch)), rougeL: mean((p) => p.rougeL) }
}
