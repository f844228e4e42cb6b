import { elementCount } from '../base/tensor.ts'
import type { Executor, Feeds, Program } from '../engine/executor.ts'
import type { Batch, Parameters } from './batch.ts'
import type { Checkpoint } from './checkpoint.ts'
import { labelledRows } from './labelled-rows.ts'
import type { LoraSpec } from './lora-spec.ts'
import { DROPOUT_SEED } from './model-parts.ts'
import { parameterFeeds } from './parameter-feeds.ts'
import { parameterShapes } from './parameter-shapes.ts'
import { checkLora } from './resolve-targets.ts'
import { sequenceFeeds } from './sequence-feeds.ts'
import { lossChunks, lossFeeds, trainingOutputs } from './training-graph.ts'

export interface TrainableOptions {
  /** Modules with LoRA factors. Default none. */
  readonly lora?: LoraSpec
  /** `lora`: only the factors learn; `all`: every tensor of the base model does too. Default `lora`. */
  readonly trainable?: 'lora' | 'all'
  /** Share of a LoRA branch's inputs that are dropped. Default 0. */
  readonly dropout?: number
}

interface StepOptions {
  /** Seed of the dropout masks, another at every step. Default 0. */
  readonly seed?: number
  /** Gradients are of the summed loss times this. Default 1 / tokens: of the mean loss. */
  readonly lossScale?: number
}

interface StepResult {
  /** Cross-entropy summed over the labelled tokens, in nats. */
  readonly lossSum: number
  /** Labelled tokens that have a token before them. */
  readonly tokens: number
  /** By parameter name, in the parameter's shape. */
  readonly gradients: Map<string, Float32Array>
}

/** A model whose loss can be differentiated. */
export interface Trainable {
  /** Shapes of what is trained, by name: `<module>.lora_A.weight`, …, and base tensors under `all`. */
  readonly parameters: ReadonlyMap<string, readonly number[]>
  step(batch: Batch, parameters: Parameters, options?: StepOptions): Promise<StepResult>
  close(): Promise<void>
}

/** Compiles loss and gradients of a checkpoint. Throws `UnmatchedTargetsError`, `RankTooLargeError`. */
export async function openTrainable(
  executor: Executor,
  checkpoint: Checkpoint,
  options: TrainableOptions = {},
): Promise<Trainable> {
  const { config } = checkpoint
  checkLora(config, options.lora ?? new Map())
  const shapes = parameterShapes(checkpoint, options)
  const feedsOf = sequenceFeeds(config)
  const compiled = await growingProgram(executor, checkpoint, options, shapes)
  return {
    parameters: shapes,
    async step(batch, parameters, { seed = 0, lossScale } = {}) {
      const labelled = labelledRows(batch)
      const tokens = labelled.rows.length
      if (tokens === 0) return noLoss(shapes)
      const scale = lossScale ?? 1 / tokens
      const { program, chunks } = await compiled.atLeast(lossChunks(tokens, config.vocabSize))
      return runStep(program, tokens, scale, {
        ...feedsOf(batch),
        ...parameterFeeds(shapes, parameters),
        ...lossFeeds(labelled, batch.size * batch.length, chunks, scale),
        [DROPOUT_SEED]: { dtype: 'i32', shape: [], data: Int32Array.of(seed) },
      })
    },
    close: () => compiled.close(),
  }
}

interface ChunkedProgram {
  readonly program: Program
  readonly chunks: number
}

interface GrowingProgram {
  /** A program whose loss is taken in at least this many chunks. */
  atLeast(chunks: number): Promise<ChunkedProgram>
  close(): Promise<void>
}

/** Keeps one program, for the most chunks asked for so far: every program holds the weights once more. */
async function growingProgram(
  executor: Executor,
  checkpoint: Checkpoint,
  { lora = new Map(), trainable = 'lora', dropout = 0 }: TrainableOptions,
  shapes: ReadonlyMap<string, readonly number[]>,
): Promise<GrowingProgram> {
  const trained = new Set(trainable === 'all' ? checkpoint.weights.keys() : [])
  const compile = async (chunks: number): Promise<ChunkedProgram> => {
    const outputs = trainingOutputs(checkpoint, { lora, dropout, trained, shapes, chunks })
    return { program: await executor.compile(outputs, checkpoint.weights), chunks }
  }
  let current = await compile(1)
  return {
    async atLeast(chunks) {
      if (chunks > current.chunks) {
        await current.program.dispose()
        current = await compile(chunks)
      }
      return current
    },
    close: () => current.program.dispose(),
  }
}

async function runStep(
  program: Program,
  tokens: number,
  lossScale: number,
  feeds: Feeds,
): Promise<StepResult> {
  const { loss, ...derivatives } = await program.run(feeds)
  const gradients = new Map<string, Float32Array>()
  for (const [name, { data }] of Object.entries(derivatives)) gradients.set(name, data as Float32Array)
  return { lossSum: Number(loss?.data[0]) / lossScale, tokens, gradients }
}

/** A batch without labels teaches nothing. */
const noLoss = (shapes: ReadonlyMap<string, readonly number[]>): StepResult => ({
  lossSum: 0,
  tokens: 0,
  gradients: new Map([...shapes].map(([name, shape]) => [name, new Float32Array(elementCount(shape))])),
})
