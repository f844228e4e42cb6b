import type { Executor, Program } from '../engine/executor.ts'
import { crossEntropy } from '../graph/cross-entropy.ts'
import { input } from '../graph/leaves.ts'
import type { Value } from '../graph/value.ts'
import type { Batch, Parameters, Sequences } from './batch.ts'
import type { Checkpoint } from './checkpoint.ts'
import { decoderGraph, logitsAt } from './decoder-graph.ts'
import { labelledRows } from './labelled-rows.ts'
import type { LoraSpec } from './lora-spec.ts'
import { modelParts } from './model-parts.ts'
import { parameterFeeds } from './parameter-feeds.ts'
import { parameterShapes } from './parameter-shapes.ts'
import { checkLora } from './resolve-targets.ts'
import { sequenceFeeds } from './sequence-feeds.ts'
import { lossChunks } from './training-graph.ts'

export interface EvaluatorOptions {
  /** Modules with LoRA factors, which are then among the parameters. Default none. */
  readonly lora?: LoraSpec
  /** Base tensors come from the parameters instead of the checkpoint. Default `lora`: they do not. */
  readonly trainable?: 'lora' | 'all'
}

/** Loss of each sequence of a batch. */
interface SequenceLosses {
  /** Cross-entropy summed over the labelled tokens of each sequence, in nats. */
  readonly lossSums: Float64Array
  /** Labelled tokens of each sequence that have a token before them. */
  readonly tokens: Int32Array
}

/** A model that is measured. Programs are compiled when they are first needed. */
export interface Evaluator {
  readonly parameters: ReadonlyMap<string, readonly number[]>
  loss(batch: Batch, parameters?: Parameters): Promise<SequenceLosses>
  /** Logits at every position, [size, length, vocabulary]. */
  logits(sequences: Sequences, parameters?: Parameters): Promise<Float32Array>
  close(): Promise<void>
}

/** Throws `UnmatchedTargetsError`, `RankTooLargeError`. */
export function openEvaluator(
  executor: Executor,
  checkpoint: Checkpoint,
  options: EvaluatorOptions = {},
): Evaluator {
  const { config, weights } = checkpoint
  checkLora(config, options.lora ?? new Map())
  const shapes = parameterShapes(checkpoint, options)
  const logits = logitsGraph(checkpoint, options)
  const losses = crossEntropy(logits, input('targets', ['rows'], 'i32'))
  const feedsOf = sequenceFeeds(config)
  const programs = new Map<string, Promise<Program>>()
  const program = (name: string, output: Value): Promise<Program> => {
    const known = programs.get(name) ?? executor.compile({ output }, weights)
    programs.set(name, known)
    return known
  }
  const run = async (
    name: string,
    output: Value,
    sequences: Sequences,
    parameters: Parameters,
    rows: Rows,
  ) => {
    const compiled = await program(name, output)
    const feeds = { ...feedsOf(sequences), ...parameterFeeds(shapes, parameters), ...rowFeeds(rows) }
    const { output: computed } = await compiled.run(feeds)
    return computed?.data as Float32Array
  }

  const lossOf = async (batch: Batch, parameters: Parameters): Promise<SequenceLosses> => {
    const found = labelledRows(batch)
    if (found.rows.length === 0) return perSequence(batch, found.rows, new Float32Array())
    if (batch.size > 1 && lossChunks(found.rows.length, config.vocabSize) > 1) {
      const half = Math.ceil(batch.size / 2)
      const first = await lossOf(sequencesOf(batch, 0, half), parameters)
      return joined(first, await lossOf(sequencesOf(batch, half, batch.size), parameters))
    }
    return perSequence(batch, found.rows, await run('loss', losses, batch, parameters, found))
  }

  return {
    parameters: shapes,
    loss: (batch, parameters = new Map()) => lossOf(batch, parameters),
    logits: (sequences, parameters = new Map()) => {
      const rows = Int32Array.from({ length: sequences.size * sequences.length }, (_, at) => at)
      return run('logits', logits, sequences, parameters, { rows, targets: rows })
    },
    async close() {
      for (const compiled of await Promise.all(programs.values())) await compiled.dispose()
    },
  }
}

interface Rows {
  readonly rows: Int32Array
  readonly targets: Int32Array
}

const rowFeeds = ({ rows, targets }: Rows) =>
  ({
    rows: { dtype: 'i32', shape: [rows.length], data: rows },
    targets: { dtype: 'i32', shape: [rows.length], data: targets },
  }) as const

function logitsGraph(checkpoint: Checkpoint, { lora = new Map(), trainable }: EvaluatorOptions): Value {
  const { config, family } = checkpoint
  const tensors = family.tensors(config)
  const trained = new Set(trainable === 'all' ? tensors.keys() : [])
  const parts = modelParts({ tensors, linears: family.linears(config), trained, lora })
  return logitsAt(checkpoint, parts, decoderGraph(checkpoint, parts).hidden)
}

/** Some of a batch's sequences. */
function sequencesOf({ length, ...batch }: Batch, from: number, to: number): Batch {
  const part = (values: Int32Array) => values.subarray(from * length, to * length)
  const { inputIds, attentionMask, labels } = batch
  return {
    size: to - from,
    length,
    inputIds: part(inputIds),
    attentionMask: part(attentionMask),
    labels: part(labels),
  }
}

const joined = (a: SequenceLosses, b: SequenceLosses): SequenceLosses => ({
  lossSums: Float64Array.of(...a.lossSums, ...b.lossSums),
  tokens: Int32Array.of(...a.tokens, ...b.tokens),
})

function perSequence({ size, length }: Batch, rows: Int32Array, losses: Float32Array): SequenceLosses {
  const lossSums = new Float64Array(size)
  const tokens = new Int32Array(size)
  for (const [at, row] of rows.entries()) {
    const sequence = Math.floor(row / length)
    lossSums[sequence] = (lossSums[sequence] as number) + (losses[at] as number)
    tokens[sequence] = (tokens[sequence] as number) + 1
  }
  return { lossSums, tokens }
}
