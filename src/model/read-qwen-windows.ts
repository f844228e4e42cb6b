import type { ConfigReader } from './config-reader.ts'
import { InvalidModelFileError, UnsupportedModelError } from './model-errors.ts'

/** transformers' defaults for qwen2 and qwen3. */
const DEFAULT_WINDOW = 4096
const DEFAULT_FULL_LAYERS = 28
const KINDS = ['full_attention', 'sliding_attention']

/**
 * The sliding window of every layer of qwen2 and qwen3. `layer_types` names each layer's kind; without it the
 * first `max_window_layers` see everything. There is no window at all unless `use_sliding_window`.
 */
export function readQwenWindows(reader: ConfigReader): (layerCount: number) => readonly (number | null)[] {
  const configured = reader.says('sliding_window') ? reader.optionalCount('sliding_window') : DEFAULT_WINDOW
  const window = reader.boolean('use_sliding_window', false) ? configured : null
  const fullLayers = reader.number('max_window_layers', DEFAULT_FULL_LAYERS)
  const kinds = reader.strings('layer_types')
  return (layerCount) => {
    if (kinds === undefined) {
      return Array.from({ length: layerCount }, (_, layer) => (layer < fullLayers ? null : window))
    }
    if (kinds.length !== layerCount) {
      const problem = `names ${kinds.length} layers where num_hidden_layers is ${layerCount}`
      throw new InvalidModelFileError(reader.file, 'layer_types', problem)
    }
    return kinds.map((kind) => windowOf(kind, window, reader))
  }
}

function windowOf(kind: string, window: number | null, reader: ConfigReader): number | null {
  if (!KINDS.includes(kind)) throw new UnsupportedModelError(reader.file, 'layer_types', kind, KINDS)
  if (kind === 'full_attention') return null
  if (window !== null) return window
  const problem = 'names sliding attention, and no sliding window is in use'
  throw new InvalidModelFileError(reader.file, 'layer_types', problem)
}
