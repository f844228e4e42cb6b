import type { Executor } from '../engine/executor.ts'
import type { Parameters } from './batch.ts'
import type { Checkpoint } from './checkpoint.ts'
import { generateAll } from './generate-all.ts'
import type { Generated, GenerateOptions } from './generate-options.ts'
import { generationOutputs, withParameters } from './generation-graph.ts'
import type { LoraSpec } from './lora-spec.ts'
import { MAX_MERGED_ELEMENTS, mergedElements, mergeLora } from './merge-lora.ts'
import { parameterFeeds } from './parameter-feeds.ts'
import { loraShapes } from './parameter-shapes.ts'
import { checkLora } from './resolve-targets.ts'
import { sequenceFeeds } from './sequence-feeds.ts'

export interface GeneratorOptions {
  /** Modules with LoRA factors. Default none. */
  readonly lora?: LoraSpec
  /** Values of the LoRA factors, and of base tensors that differ from the checkpoint's. Default none. */
  readonly parameters?: Parameters
  /** Adapted weights are merged with their factors up to this many elements in memory. Default 2^24. */
  readonly maxMergedElements?: number
}

/** A model that writes. */
export interface Generator {
  /** Answers to prompts of any lengths, in their order. */
  generate(prompts: readonly (readonly number[])[], options: GenerateOptions): Promise<Generated[]>
  close(): Promise<void>
}

/**
 * Compiles one step of generation with a cache of keys and values. The parameters are bound now: a generator
 * is opened anew where they change. Throws `UnmatchedTargetsError`, `RankTooLargeError`, `ParameterError`.
 */
export async function openGenerator(
  executor: Executor,
  checkpoint: Checkpoint,
  {
    lora = new Map(),
    parameters = new Map(),
    maxMergedElements = MAX_MERGED_ELEMENTS,
  }: GeneratorOptions = {},
): Promise<Generator> {
  const { config, family } = checkpoint
  checkLora(config, lora)
  const shapes = loraShapes(family.linears(config), lora)
  parameterFeeds(shapes, parameters)
  const tensors = family.tensors(config)
  const base = withParameters(checkpoint.weights, tensors, parameters)
  const linears = family.linears(config)
  const merge = mergedElements(linears, lora) <= maxMergedElements
  const weights = merge
    ? mergeLora(base, linears, lora, parameters)
    : withParameters(base, shapes, parameters)
  const graph = generationOutputs(checkpoint, merge ? new Map() : lora)
  const program = await executor.compile(graph, weights)
  const step = { program, checkpoint, feedsOf: sequenceFeeds(config) }
  return {
    generate: (prompts, options) => generateAll(step, prompts, options),
    close: () => program.dispose(),
  }
}
