import type { Family } from '../family.ts'
import { llamaForward } from '../llama-forward.ts'
import { llamaLinears, llamaTensors } from '../llama-tensors.ts'
import type { LlamaConfig } from '../model-config.ts'
import { readLlamaConfig } from '../read-llama-config.ts'

/** transformers' default where config.json has no `sliding_window`; null there means none. */
const DEFAULT_WINDOW = 4096

/** Mistral 7B and others of its kind: llama with a sliding window in every layer (arXiv 2310.06825). */
export const mistral: Family<LlamaConfig> = {
  name: 'mistral',
  architectures: ['MistralForCausalLM', 'MistralModel'],
  basePrefix: 'model.',
  readConfig(reader) {
    const window = reader.says('sliding_window') ? reader.optionalCount('sliding_window') : DEFAULT_WINDOW
    return readLlamaConfig('mistral', reader, {
      queryKeyValueBias: false,
      attentionOutputBias: false,
      feedForwardBias: false,
      queryKeyNorm: false,
      defaultKvHeads: 8,
      defaultHeadDim: null,
      defaultMaxPositions: 4096 * 32,
      slidingWindows: (layerCount) => new Array(layerCount).fill(window),
    })
  },
  linears: llamaLinears,
  tensors: llamaTensors,
  forward: llamaForward,
}
