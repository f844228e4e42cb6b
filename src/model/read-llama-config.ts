import { ACTIVATION_NAMES } from './activations.ts'
import type { ConfigReader } from './config-reader.ts'
import type { LlamaConfig } from './model-config.ts'
import { InvalidModelFileError } from './model-errors.ts'
import { readRopeConfig } from './read-rope-config.ts'

/** What differs between the families that share the llama decoder. */
export interface LlamaDifferences {
  readonly queryKeyValueBias: boolean
  readonly attentionOutputBias: boolean
  readonly feedForwardBias: boolean
  readonly queryKeyNorm: boolean
  /** Key and value heads where config.json does not say; null: as many as queries. */
  readonly defaultKvHeads: number | null
  /** Width of a head where config.json does not say; null: hidden size / heads. */
  readonly defaultHeadDim: number | null
  readonly defaultMaxPositions: number
  readonly slidingWindows: (layerCount: number) => readonly (number | null)[]
}

/** A configuration of the llama kind. Sizes are required; the rest has transformers' own defaults. */
export function readLlamaConfig<Name extends LlamaConfig['family']>(
  family: Name,
  reader: ConfigReader,
  differences: LlamaDifferences,
): LlamaConfig & { readonly family: Name } {
  const hiddenSize = reader.count('hidden_size')
  const layerCount = reader.count('num_hidden_layers')
  const headCount = reader.count('num_attention_heads')
  const kvHeadCount = reader.count('num_key_value_heads', differences.defaultKvHeads ?? headCount)
  const headDim = reader.count('head_dim', differences.defaultHeadDim ?? hiddenSize / headCount)
  requireDivisible(reader, 'num_attention_heads', headCount, kvHeadCount)
  requireDivisible(reader, 'head_dim', headDim, 2)
  return {
    family,
    vocabSize: reader.count('vocab_size'),
    hiddenSize,
    layerCount,
    headCount,
    kvHeadCount,
    headDim,
    intermediateSize: reader.count('intermediate_size'),
    maxPositions: reader.count('max_position_embeddings', differences.defaultMaxPositions),
    normEpsilon: reader.number('rms_norm_eps', 1e-6),
    activation: reader.choice('hidden_act', ACTIVATION_NAMES, 'silu'),
    tiedHead: reader.boolean('tie_word_embeddings', false),
    initializerRange: reader.number('initializer_range', 0.02),
    rope: readRopeConfig(reader),
    queryKeyValueBias: differences.queryKeyValueBias,
    attentionOutputBias: differences.attentionOutputBias,
    feedForwardBias: differences.feedForwardBias,
    queryKeyNorm: differences.queryKeyNorm,
    slidingWindows: differences.slidingWindows(layerCount),
  }
}

function requireDivisible(reader: ConfigReader, key: string, value: number, by: number): void {
  if (value % by !== 0)
    throw new InvalidModelFileError(reader.file, key, `(${value}) is not divisible by ${by}`)
}

/** Every layer sees everything. */
export const noWindows = (layerCount: number): null[] => new Array(layerCount).fill(null)
