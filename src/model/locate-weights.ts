import type { StoredDtype, StoredWeight } from '../engine/weight-source.ts'
import { MissingTensorError, UnsupportedDtypeError } from '../safetensors/safetensors-errors.ts'
import type { FileTensorEntry, SafetensorsSource } from '../safetensors/safetensors-source.ts'
import type { Family } from './family.ts'
import type { ModelConfig } from './model-config.ts'
import { TensorShapeError } from './model-errors.ts'

const STORED: Readonly<Record<string, StoredDtype>> = { F32: 'f32', F16: 'f16', BF16: 'bf16' }

/** Buffers that old checkpoints keep and that follow from the configuration. */
const BUFFER = /(?:\.attn\.(?:masked_)?bias|rotary_emb\.inv_freq)$/

export interface LocatedWeights {
  readonly weights: Map<string, StoredWeight>
  /** Tensors of the files that the model does not use. */
  readonly unused: readonly string[]
}

/**
 * Finds every tensor of a model in its files. Checkpoints of the bare model leave a prefix out (OpenAI's own
 * GPT-2 does); they are found as well.
 * Throws `MissingTensorError`, `TensorShapeError`, `UnsupportedDtypeError`.
 */
export function locateWeights(
  family: Family,
  config: ModelConfig,
  source: SafetensorsSource<FileTensorEntry>,
): LocatedWeights {
  const weights = new Map<string, StoredWeight>()
  const used = new Set<string>()
  for (const [name, shape] of family.tensors(config)) {
    const entry = findTensor(source, family, name)
    used.add(entry.name)
    weights.set(name, storedWeight(source.label, entry, shape))
  }
  const unused = [...source.tensors.keys()].filter((name) => !used.has(name) && !isImplied(name, config))
  return { weights, unused }
}

/** A tied head may be stored although it is the embedding; buffers follow from the configuration. */
const isImplied = (name: string, config: ModelConfig): boolean =>
  BUFFER.test(name) || (config.tiedHead && name === 'lm_head.weight')

function findTensor(
  source: SafetensorsSource<FileTensorEntry>,
  family: Family,
  name: string,
): FileTensorEntry {
  const bare = name.startsWith(family.basePrefix) ? name.slice(family.basePrefix.length) : name
  const entry = source.tensors.get(name) ?? source.tensors.get(bare)
  if (entry === undefined) throw new MissingTensorError(source.label, name)
  return entry
}

function storedWeight(label: string, entry: FileTensorEntry, shape: readonly number[]): StoredWeight {
  const dtype = STORED[entry.dtype]
  if (dtype === undefined) throw new UnsupportedDtypeError(label, entry.name, entry.dtype)
  const fits = shape.length === entry.shape.length && shape.every((size, axis) => size === entry.shape[axis])
  if (!fits) throw new TensorShapeError(label, entry.name, shape, entry.shape)
  const { file, offset, length } = entry
  return { shape, dtype, location: { file, offset, length } }
}
