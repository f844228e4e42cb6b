import type { Program } from '../engine/executor.ts'
import { Answer, type AnswerContext } from './answer.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { Generated, GenerateOptions } from './generate-options.ts'
import { KvCache } from './kv-cache.ts'
import { EmptyPromptError, SequenceTooLongError } from './model-errors.ts'
import type { SequenceFeeds } from './sequence-feeds.ts'

const DEFAULT_BATCH_SIZE = 16

/** A compiled step of generation, and how it is fed. */
export interface GenerationStep {
  readonly program: Program
  readonly checkpoint: Checkpoint
  readonly feedsOf: SequenceFeeds
}

/** Answers to all prompts, batch by batch. */
export async function generateAll(
  step: GenerationStep,
  prompts: readonly (readonly number[])[],
  options: GenerateOptions,
): Promise<Generated[]> {
  const { config, generation, tokenizer } = step.checkpoint
  const context: AnswerContext = {
    options,
    stopTokenIds: new Set(options.stopTokenIds ?? generation.eosTokenIds),
    tokenizer,
    maxPositions: config.family === 'gpt2' ? config.maxPositions : Number.POSITIVE_INFINITY,
  }
  requireLengths(prompts, context.maxPositions)
  const batchSize = options.batchSize ?? DEFAULT_BATCH_SIZE
  // Prompts of like length go together, so that little is padded.
  const byLength = [...prompts.keys()].sort((a, b) => lengthOf(prompts, a) - lengthOf(prompts, b) || a - b)
  const results = new Array<Generated>(prompts.length)
  for (let from = 0; from < byLength.length; from += batchSize) {
    const answers = byLength
      .slice(from, from + batchSize)
      .map((prompt) => new Answer(prompt, lengthOf(prompts, prompt), context))
    await generateBatch(step, prompts, answers, options.signal)
    for (const answer of answers) results[answer.prompt] = answer.result()
  }
  return results
}

function requireLengths(prompts: readonly (readonly number[])[], maxPositions: number): void {
  for (const [prompt, { length }] of prompts.entries()) {
    if (length === 0) throw new EmptyPromptError(prompt)
    if (length > maxPositions) throw new SequenceTooLongError(length, maxPositions)
  }
}

const lengthOf = (prompts: readonly (readonly number[])[], prompt: number): number =>
  prompts[prompt]?.length ?? 0

/** Reads the prompts in one run, then adds a token a run; rows that have ended leave the batch. */
async function generateBatch(
  step: GenerationStep,
  prompts: readonly (readonly number[])[],
  answers: readonly Answer[],
  signal: AbortSignal | undefined,
): Promise<void> {
  let running = answers.filter((answer) => !answer.stopped)
  let fresh: readonly (readonly number[])[] = running.map(({ prompt }) => prompts[prompt] ?? [])
  const cache = new KvCache(step.checkpoint.config, running.length)
  while (running.length > 0) {
    signal?.throwIfAborted()
    const logits = await advance(step, cache, fresh)
    for (const [row, answer] of running.entries()) answer.advance(logits[row] as Float32Array)
    const kept = [...running.keys()].filter((row) => !running[row]?.stopped)
    if (kept.length < running.length) {
      cache.keep(kept)
      running = kept.map((row) => running[row] as Answer)
    }
    fresh = running.map((answer) => [answer.lastToken])
  }
}

/** Runs the model over new tokens of each row, and answers the logits after the last one of each. */
async function advance(
  { program, feedsOf, checkpoint }: GenerationStep,
  cache: KvCache,
  fresh: readonly (readonly number[])[],
): Promise<Float32Array[]> {
  const counts = Int32Array.from(fresh, (ids) => ids.length)
  const [size, length] = [fresh.length, Math.max(...counts)]
  const inputIds = new Int32Array(size * length)
  const attentionMask = new Int32Array(size * length)
  for (const [row, ids] of fresh.entries()) {
    inputIds.set(ids, row * length)
    attentionMask.fill(1, row * length, row * length + ids.length)
  }
  const rows = counts.map((count, row) => row * length + count - 1)
  const fetched = await program.run({
    ...feedsOf({ size, length, inputIds, attentionMask }, { slots: cache.slots, cached: cache.lengths }),
    ...cache.feeds(),
    rows: { dtype: 'i32', shape: [size], data: rows },
  })
  cache.append(fetched, length, counts)
  const { logits } = fetched
  const data = logits?.data as Float32Array
  const width = checkpoint.config.vocabSize
  return fresh.map((_, row) => data.subarray(row * width, (row + 1) * width))
}
