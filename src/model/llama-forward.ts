import { add, mul } from '../graph/elementwise.ts'
import { matmul } from '../graph/matmul.ts'
import { rmsNorm } from '../graph/normalization.ts'
import { rope } from '../graph/rope.ts'
import { gather } from '../graph/rows.ts'
import type { Value } from '../graph/value.ts'
import { activate } from './activations.ts'
import { attend, mergeHeads, splitHeads } from './attention.ts'
import type { BlockOutput, Forward } from './family.ts'
import type { LlamaConfig } from './model-config.ts'
import type { ModelParts } from './model-parts.ts'
import type { SequenceInputs } from './sequence-inputs.ts'

/** The decoder that llama, mistral, qwen2 and qwen3 share; their configurations hold the differences. */
export const llamaForward: Forward<LlamaConfig> = {
  embed: (_config, parts, { ids }) => gather(parts.tensor('model.embed_tokens.weight'), ids),

  block(config, parts, layer, x, inputs) {
    const name = `model.layers.${layer}`
    const normed = rmsNorm(x, parts.tensor(`${name}.input_layernorm.weight`), config.normEpsilon)
    const attention = selfAttention(config, parts, layer, normed, inputs)
    const attended = add(x, attention.x)
    const inner = rmsNorm(
      attended,
      parts.tensor(`${name}.post_attention_layernorm.weight`),
      config.normEpsilon,
    )
    return { ...attention, x: add(attended, feedForward(config, parts, `${name}.mlp`, inner)) }
  },

  head(config, parts, rows) {
    const normed = rmsNorm(rows, parts.tensor('model.norm.weight'), config.normEpsilon)
    return config.tiedHead
      ? matmul(normed, parts.tensor('model.embed_tokens.weight'), { transposeB: true })
      : parts.linear(normed, 'lm_head')
  },
}

function selfAttention(
  config: LlamaConfig,
  parts: ModelParts,
  layer: number,
  x: Value,
  inputs: SequenceInputs,
): BlockOutput {
  const name = `model.layers.${layer}.self_attn`
  const { headCount, kvHeadCount, headDim } = config
  const project = (which: string, heads: number) =>
    splitHeads(parts.linear(x, `${name}.${which}_proj`), heads, headDim)
  const normed = (y: Value, which: string) =>
    config.queryKeyNorm ? rmsNorm(y, parts.tensor(`${name}.${which}_norm.weight`), config.normEpsilon) : y
  const rotated = (y: Value) => rope(y, inputs.ropeCos, inputs.ropeSin)

  const queries = rotated(normed(project('q', headCount), 'q'))
  const keys = rotated(normed(project('k', kvHeadCount), 'k'))
  const values = project('v', kvHeadCount)
  const bias = inputs.bias(config.slidingWindows[layer] ?? null)
  const mixed = attend({ queries, keys, values, past: inputs.past(layer), bias, scale: headDim ** -0.5 })
  return { x: parts.linear(mergeHeads(mixed), `${name}.o_proj`), keys, values }
}

/** down(activation(gate(x)) · up(x)) (arXiv 2002.05202). */
function feedForward(config: LlamaConfig, parts: ModelParts, name: string, x: Value): Value {
  const gate = activate(config.activation, parts.linear(x, `${name}.gate_proj`))
  return parts.linear(mul(gate, parts.linear(x, `${name}.up_proj`)), `${name}.down_proj`)
}
