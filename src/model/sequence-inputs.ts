import { input } from '../graph/leaves.ts'
import type { Value } from '../graph/value.ts'
import type { ModelConfig } from './model-config.ts'

/** Names of the inputs of a model's graphs. */
export const IDS = 'ids'
export const POSITIONS = 'positions'
export const ROPE_COS = 'rope.cos'
export const ROPE_SIN = 'rope.sin'
export const biasName = (window: number | null): string => `bias.${window ?? 'full'}`
export const pastKeysName = (layer: number): string => `past.${layer}.keys`
export const pastValuesName = (layer: number): string => `past.${layer}.values`

/** The inputs that every layer shares. Symbols: `batch`, `length` (new tokens), `past` (slots of the cache). */
export interface SequenceInputs {
  /** i32 [batch, length] */
  readonly ids: Value
  /** i32 [batch, length]; learned positions only. */
  readonly positions: Value
  /** [batch, length, headDim / 2]; rotary positions only. */
  readonly ropeCos: Value
  readonly ropeSin: Value
  /** What is added to attention scores, [batch, 1, length, past + length]: 0, or very negative where unseen. */
  bias(window: number | null): Value
  /** Cached keys and values of a layer, [batch, kvHeads, past, headDim]; null without a cache. */
  past(layer: number): { readonly keys: Value; readonly values: Value } | null
}

export function sequenceInputs(config: ModelConfig, options: { readonly cache: boolean }): SequenceInputs {
  const ropeShape = ['batch', 'length', Math.floor(config.headDim / 2)]
  const cacheShape = ['batch', config.kvHeadCount, 'past', config.headDim]
  return {
    ids: input(IDS, ['batch', 'length'], 'i32'),
    positions: input(POSITIONS, ['batch', 'length'], 'i32'),
    ropeCos: input(ROPE_COS, ropeShape),
    ropeSin: input(ROPE_SIN, ropeShape),
    bias: (window) =>
      input(biasName(window), ['batch', 1, 'length', options.cache ? 'length+past' : 'length']),
    past: (layer) =>
      options.cache
        ? { keys: input(pastKeysName(layer), cacheShape), values: input(pastValuesName(layer), cacheShape) }
        : null,
  }
}
