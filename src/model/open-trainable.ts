import { elementCount } from '../base/tensor.ts'
import type { Executor } from '../engine/executor.ts'
import type { Checkpoint } from './checkpoint.ts'
import { differentiateWhole } from './differentiate-whole.ts'
import type { Differentiator } from './differentiator.ts'
import { labelledRows } from './labelled-rows.ts'
import { differentiateLayers } from './layered/differentiate-layers.ts'
import { DROPOUT_SEED } from './model-parts.ts'
import { parameterFeeds } from './parameter-feeds.ts'
import { parameterShapes } from './parameter-shapes.ts'
import { checkLora } from './resolve-targets.ts'
import { sequenceFeeds } from './sequence-feeds.ts'
import type { StepResult, Trainable, TrainableOptions } from './trainable.ts'
import { lossChunks, lossFeeds } from './training-graph.ts'

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
  const differentiator = await openDifferentiator(executor, checkpoint, options, shapes)
  return {
    parameters: shapes,
    async step(batch, parameters, { seed = 0, lossScale } = {}) {
      const labelled = labelledRows(batch)
      const tokens = labelled.rows.length
      if (tokens === 0) return noLoss(shapes)
      const scale = lossScale ?? 1 / tokens
      const chunks = await differentiator.prepare(lossChunks(tokens, config.vocabSize))
      const { loss, ...derivatives } = await differentiator.run({
        ...feedsOf(batch),
        ...parameterFeeds(shapes, parameters),
        ...lossFeeds(labelled, batch.size * batch.length, chunks, scale),
        [DROPOUT_SEED]: { dtype: 'i32', shape: [], data: Int32Array.of(seed) },
      })
      const gradients = new Map<string, Float32Array>()
      for (const [name, { data }] of Object.entries(derivatives)) gradients.set(name, data as Float32Array)
      return { lossSum: Number(loss?.data[0]) / scale, tokens, gradients }
    },
    close: () => differentiator.close(),
  }
}

function openDifferentiator(
  executor: Executor,
  checkpoint: Checkpoint,
  { lora = new Map(), trainable = 'lora', dropout = 0, graph = 'whole' }: TrainableOptions,
  shapes: ReadonlyMap<string, readonly number[]>,
): Promise<Differentiator> {
  if (graph === 'layered' && trainable === 'lora') {
    return differentiateLayers(executor, checkpoint, { lora, dropout, shapes })
  }
  // Where every tensor learns, its gradient and moments outweigh the activations that layers would save.
  const trained = new Set(trainable === 'all' ? checkpoint.weights.keys() : [])
  return differentiateWhole(executor, checkpoint, { lora, dropout, trained, shapes })
}

/** A batch without labels teaches nothing. */
const noLoss = (shapes: ReadonlyMap<string, readonly number[]>): StepResult => ({
  lossSum: 0,
  tokens: 0,
  gradients: new Map([...shapes].map(([name, shape]) => [name, new Float32Array(elementCount(shape))])),
})
