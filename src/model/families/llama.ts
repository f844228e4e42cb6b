import type { Family } from '../family.ts'
import { llamaForward } from '../llama-forward.ts'
import { llamaLinears, llamaTensors } from '../llama-tensors.ts'
import type { LlamaConfig } from '../model-config.ts'
import { noWindows, readLlamaConfig } from '../read-llama-config.ts'

/** Llama 1 to 3, TinyLlama, SmolLM and others of their kind (transformers' `LlamaForCausalLM`). */
export const llama: Family<LlamaConfig> = {
  name: 'llama',
  architectures: ['LlamaForCausalLM', 'LlamaModel'],
  basePrefix: 'model.',
  readConfig(reader) {
    const attentionBias = reader.boolean('attention_bias', false)
    return readLlamaConfig('llama', reader, {
      queryKeyValueBias: attentionBias,
      attentionOutputBias: attentionBias,
      feedForwardBias: reader.boolean('mlp_bias', false),
      queryKeyNorm: false,
      defaultKvHeads: null,
      defaultHeadDim: null,
      defaultMaxPositions: 2048,
      slidingWindows: noWindows,
    })
  },
  linears: llamaLinears,
  tensors: llamaTensors,
  forward: llamaForward,
}
