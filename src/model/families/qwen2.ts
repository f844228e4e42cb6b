import type { Family } from '../family.ts'
import { llamaForward } from '../llama-forward.ts'
import { llamaLinears, llamaTensors } from '../llama-tensors.ts'
import type { LlamaConfig } from '../model-config.ts'
import { readLlamaConfig } from '../read-llama-config.ts'
import { readQwenWindows } from '../read-qwen-windows.ts'

/** Qwen2 and Qwen2.5: llama with biases on queries, keys and values (arXiv 2407.10671). */
export const qwen2: Family<LlamaConfig> = {
  name: 'qwen2',
  architectures: ['Qwen2ForCausalLM', 'Qwen2Model'],
  basePrefix: 'model.',
  readConfig(reader) {
    return readLlamaConfig('qwen2', reader, {
      queryKeyValueBias: true,
      attentionOutputBias: false,
      feedForwardBias: false,
      queryKeyNorm: false,
      defaultKvHeads: 32,
      defaultHeadDim: null,
      defaultMaxPositions: 32_768,
      slidingWindows: readQwenWindows(reader),
    })
  },
  linears: llamaLinears,
  tensors: llamaTensors,
  forward: llamaForward,
}
