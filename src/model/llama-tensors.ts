import type { LinearModule } from './linear-module.ts'
import { linearTensors } from './linear-module.ts'
import type { LlamaConfig } from './model-config.ts'

/** The linear maps of a llama-like decoder, layer by layer, the head last. */
export function llamaLinears(config: LlamaConfig): LinearModule[] {
  const layers = Array.from({ length: config.layerCount }, (_, layer) => layerLinears(config, layer))
  return config.tiedHead ? layers.flat() : [...layers.flat(), head(config)]
}

function layerLinears(config: LlamaConfig, layer: number): LinearModule[] {
  const { hiddenSize: hidden, headDim, intermediateSize: inner } = config
  const queries = config.headCount * headDim
  const keys = config.kvHeadCount * headDim
  const linear = (name: string, inFeatures: number, outFeatures: number, bias: boolean): LinearModule => ({
    name: `model.layers.${layer}.${name}`,
    inFeatures,
    outFeatures,
    bias,
    fanInFanOut: false,
    isHead: false,
  })
  return [
    linear('self_attn.q_proj', hidden, queries, config.queryKeyValueBias),
    linear('self_attn.k_proj', hidden, keys, config.queryKeyValueBias),
    linear('self_attn.v_proj', hidden, keys, config.queryKeyValueBias),
    linear('self_attn.o_proj', queries, hidden, config.attentionOutputBias),
    linear('mlp.gate_proj', hidden, inner, config.feedForwardBias),
    linear('mlp.up_proj', hidden, inner, config.feedForwardBias),
    linear('mlp.down_proj', inner, hidden, config.feedForwardBias),
  ]
}

const head = (config: LlamaConfig): LinearModule => ({
  name: 'lm_head',
  inFeatures: config.hiddenSize,
  outFeatures: config.vocabSize,
  bias: false,
  fanInFanOut: false,
  isHead: true,
})

/** Every tensor of a llama-like decoder, with its shape. */
export function llamaTensors(config: LlamaConfig): Map<string, readonly number[]> {
  const { hiddenSize: hidden, headDim } = config
  const tensors = new Map<string, readonly number[]>([
    ['model.embed_tokens.weight', [config.vocabSize, hidden]],
    ['model.norm.weight', [hidden]],
  ])
  for (let layer = 0; layer < config.layerCount; layer++) {
    const name = `model.layers.${layer}`
    tensors.set(`${name}.input_layernorm.weight`, [hidden])
    tensors.set(`${name}.post_attention_layernorm.weight`, [hidden])
    if (config.queryKeyNorm) {
      tensors.set(`${name}.self_attn.q_norm.weight`, [headDim])
      tensors.set(`${name}.self_attn.k_norm.weight`, [headDim])
    }
  }
  for (const linear of llamaLinears(config)) {
    for (const [name, shape] of linearTensors(linear)) tensors.set(name, shape)
  }
  return tensors
}
