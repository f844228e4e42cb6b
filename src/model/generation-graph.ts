import type { WeightSource } from '../engine/weight-source.ts'
import type { Value } from '../graph/value.ts'
import type { Parameters } from './batch.ts'
import type { Checkpoint } from './checkpoint.ts'
import { decoderGraph, logitsAt } from './decoder-graph.ts'
import { newKeysName, newValuesName } from './kv-cache.ts'
import type { LoraSpec } from './lora-spec.ts'
import { modelParts } from './model-parts.ts'

/** One step of generation: logits [rows, vocabulary] at the rows fed, and the new tokens' keys and values. */
export function generationOutputs(checkpoint: Checkpoint, lora: LoraSpec): Record<string, Value> {
  const { config, family } = checkpoint
  const tensors = family.tensors(config)
  const linears = family.linears(config)
  const parts = modelParts({ tensors, linears, trained: new Set(), lora, frozenLora: true })
  const { hidden, blocks } = decoderGraph(checkpoint, parts, { cache: true })
  const caches = blocks.flatMap(({ keys, values }, layer) => [
    [newKeysName(layer), keys] as const,
    [newValuesName(layer), values] as const,
  ])
  return { logits: logitsAt(checkpoint, parts, hidden), ...Object.fromEntries(caches) }
}

/** The base's weights, with the parameters' values in place of, or besides, those of the same names. */
export function withParameters(
  weights: WeightSource,
  shapes: ReadonlyMap<string, readonly number[]>,
  parameters: Parameters,
): WeightSource {
  const bound = new Map(weights)
  for (const [name, shape] of shapes) {
    const data = parameters.get(name)
    if (data === undefined) continue
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    bound.set(name, { shape, dtype: 'f32', location: { bytes } })
  }
  return bound
}
