import type { Family } from '../family.ts'
import { llamaForward } from '../llama-forward.ts'
import { llamaLinears, llamaTensors } from '../llama-tensors.ts'
import type { LlamaConfig } from '../model-config.ts'
import { readLlamaConfig } from '../read-llama-config.ts'
import { readQwenWindows } from '../read-qwen-windows.ts'

/** Qwen3 (dense): llama with norms over each head's queries and keys (arXiv 2505.09388). */
export const qwen3: Family<LlamaConfig> = {
  name: 'qwen3',
  architectures: ['Qwen3ForCausalLM', 'Qwen3Model'],
  basePrefix: 'model.',
  readConfig(reader) {
    const attentionBias = reader.boolean('attention_bias', false)
    return readLlamaConfig('qwen3', reader, {
      queryKeyValueBias: attentionBias,
      attentionOutputBias: attentionBias,
      feedForwardBias: false,
      queryKeyNorm: true,
      defaultKvHeads: 32,
      defaultHeadDim: 128,
      defaultMaxPositions: 32_768,
      slidingWindows: readQwenWindows(reader),
    })
  },
  linears: llamaLinears,
  tensors: llamaTensors,
  forward: llamaForward,
}
