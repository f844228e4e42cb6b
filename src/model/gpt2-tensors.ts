import type { LinearModule } from './linear-module.ts'
import { linearTensors } from './linear-module.ts'
import type { Gpt2Config } from './model-config.ts'

/** The linear maps of GPT-2 (Conv1D: weights are [in, out]), layer by layer, an untied head last. */
export function gpt2Linears(config: Gpt2Config): LinearModule[] {
  const layers = Array.from({ length: config.layerCount }, (_, layer) => layerLinears(config, layer))
  return config.tiedHead ? layers.flat() : [...layers.flat(), head(config)]
}

function layerLinears(config: Gpt2Config, layer: number): LinearModule[] {
  const { hiddenSize: hidden, intermediateSize: inner } = config
  const conv = (name: string, inFeatures: number, outFeatures: number): LinearModule => ({
    name: `transformer.h.${layer}.${name}`,
    inFeatures,
    outFeatures,
    bias: true,
    fanInFanOut: true,
    isHead: false,
  })
  return [
    conv('attn.c_attn', hidden, 3 * hidden),
    conv('attn.c_proj', hidden, hidden),
    conv('mlp.c_fc', hidden, inner),
    conv('mlp.c_proj', inner, hidden),
  ]
}

const head = (config: Gpt2Config): LinearModule => ({
  name: 'lm_head',
  inFeatures: config.hiddenSize,
  outFeatures: config.vocabSize,
  bias: false,
  fanInFanOut: false,
  isHead: true,
})

/** Every tensor of GPT-2, with its shape. */
export function gpt2Tensors(config: Gpt2Config): Map<string, readonly number[]> {
  const { hiddenSize: hidden } = config
  const tensors = new Map<string, readonly number[]>([
    ['transformer.wte.weight', [config.vocabSize, hidden]],
    ['transformer.wpe.weight', [config.maxPositions, hidden]],
  ])
  const norms = Array.from({ length: config.layerCount }, (_, layer) => [
    `h.${layer}.ln_1`,
    `h.${layer}.ln_2`,
  ])
  for (const norm of [...norms.flat(), 'ln_f']) {
    tensors.set(`transformer.${norm}.weight`, [hidden])
    tensors.set(`transformer.${norm}.bias`, [hidden])
  }
  for (const linear of gpt2Linears(config)) {
    for (const [name, shape] of linearTensors(linear)) tensors.set(name, shape)
  }
  return tensors
}
