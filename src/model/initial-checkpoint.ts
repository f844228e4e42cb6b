import { random } from '../base/random.ts'
import { elementCount } from '../base/tensor.ts'
import { loadWeight } from '../engine/load-weight.ts'
import type { StoredWeight } from '../engine/weight-source.ts'
import type { Checkpoint } from './checkpoint.ts'
import { fingerprint } from './fingerprint.ts'
import type { ModelConfig } from './model-config.ts'
import { parseModelConfig } from './read-model-config.ts'

/**
 * A model that has learned nothing, in memory: what transformers makes of a configuration. Matrices are normal
 * with deviation `initializer_range` (GPT-2's projections back into the residual divided by √(2·layers), as in
 * its paper, §2.3), norms are 1 and biases 0. It has no tokenizer.
 */
export function initialCheckpoint(configJson: unknown, seed: string | number): Checkpoint {
  const { config, family, notes } = parseModelConfig(configJson)
  const weights = new Map<string, StoredWeight>()
  for (const [name, shape] of family.tensors(config)) {
    const values = initialTensor(config, name, shape, seed)
    weights.set(name, { shape, dtype: 'f32', location: { bytes: new Uint8Array(values.buffer) } })
  }
  let known: Promise<string> | undefined
  return {
    directory: null,
    config,
    family,
    weights,
    tokenizer: null,
    chatTemplate: null,
    generation: {
      bosTokenId: null,
      eosTokenIds: [],
      padTokenId: null,
      sample: false,
      temperature: 1,
      topP: 1,
      topK: 0,
    },
    notes,
    fingerprint: () => {
      known ??= fingerprint(config, weights)
      return known
    },
  }
}

function initialTensor(
  config: ModelConfig,
  name: string,
  shape: readonly number[],
  seed: string | number,
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(elementCount(shape))
  if (name.endsWith('.bias')) return values
  if (shape.length === 1) return values.fill(1)
  const source = random('initial-weights', seed, name)
  const residual = config.family === 'gpt2' && name.endsWith('c_proj.weight')
  const deviation = config.initializerRange / (residual ? Math.sqrt(2 * config.layerCount) : 1)
  return values.map(() => deviation * source.normal())
}

/** Copies of every tensor of a checkpoint as float32: for training all of a small model. */
export const readWeights = (checkpoint: Checkpoint): Map<string, Float32Array> =>
  new Map([...checkpoint.weights].map(([name, stored]) => [name, Float32Array.from(loadWeight(stored))]))
