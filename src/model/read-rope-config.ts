import type { ConfigReader } from './config-reader.ts'
import type { Llama3RopeScaling, RopeConfig } from './model-config.ts'
import { UnsupportedModelError } from './model-errors.ts'

/** transformers' own default where a configuration names none. */
const DEFAULT_THETA = 10_000

/**
 * Rotary positions as transformers 4 writes them (`rope_theta`, `rope_scaling`) and as 5 does
 * (`rope_parameters`). Every `rope_type` but `default` and `llama3` is refused by name.
 */
export function readRopeConfig(reader: ConfigReader): RopeConfig {
  const scaling = reader.object('rope_parameters') ?? reader.object('rope_scaling')
  const theta = reader.number('rope_theta', DEFAULT_THETA)
  for (const scope of scaling === undefined ? [reader] : [reader, scaling]) {
    scope.requireNeutral('partial_rotary_factor', [1])
  }
  reader.requireNeutral('rope_interleaved', [false])
  if (scaling === undefined) return { theta, llama3: null }
  requireOneSet(scaling)
  const type = scaling.choice('rope_type', ROPE_TYPES, String(scaling.raw('type') ?? 'default'))
  return {
    theta: scaling.number('rope_theta', theta),
    llama3: type === 'llama3' ? readLlama3(scaling, reader) : null,
  }
}

const ROPE_TYPES = { default: 'default', llama3: 'llama3' } as const

/** Models with another rotation per kind of layer keep one object per kind. */
function requireOneSet(scaling: ConfigReader): void {
  for (const kind of ['full_attention', 'sliding_attention']) scaling.requireNeutral(kind, [])
}

const ORIGINAL_MAX = 'original_max_position_embeddings'

function readLlama3(scaling: ConfigReader, reader: ConfigReader): Llama3RopeScaling {
  const llama3 = {
    factor: scaling.number('factor'),
    lowFrequencyFactor: scaling.number('low_freq_factor'),
    highFrequencyFactor: scaling.number('high_freq_factor'),
    originalMaxPositions: (scaling.says(ORIGINAL_MAX) ? scaling : reader).number(
      scaling.says(ORIGINAL_MAX) ? ORIGINAL_MAX : 'max_position_embeddings',
    ),
  }
  if (llama3.factor < 1 || llama3.highFrequencyFactor <= llama3.lowFrequencyFactor) {
    throw new UnsupportedModelError(reader.file, 'rope_scaling', llama3, ['factor >= 1, high > low'])
  }
  return llama3
}
