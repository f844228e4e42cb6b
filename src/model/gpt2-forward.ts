import { add } from '../graph/elementwise.ts'
import { matmul } from '../graph/matmul.ts'
import { layerNorm } from '../graph/normalization.ts'
import { gather } from '../graph/rows.ts'
import { slice } from '../graph/shape-operations.ts'
import type { Value } from '../graph/value.ts'
import { activate } from './activations.ts'
import { attend, mergeHeads, splitHeads } from './attention.ts'
import type { BlockOutput, Forward } from './family.ts'
import type { Gpt2Config } from './model-config.ts'
import type { ModelParts } from './model-parts.ts'
import type { SequenceInputs } from './sequence-inputs.ts'

/** GPT-2: learned positions, layer norms before each part, one product for queries, keys and values. */
export const gpt2Forward: Forward<Gpt2Config> = {
  embed: (_config, parts, { ids, positions }) =>
    add(
      gather(parts.tensor('transformer.wte.weight'), ids),
      gather(parts.tensor('transformer.wpe.weight'), positions),
    ),

  block(config, parts, layer, x, inputs) {
    const name = `transformer.h.${layer}`
    const attention = selfAttention(config, parts, layer, norm(config, parts, `${name}.ln_1`, x), inputs)
    const attended = add(x, attention.x)
    const inner = parts.linear(norm(config, parts, `${name}.ln_2`, attended), `${name}.mlp.c_fc`)
    const outer = parts.linear(activate(config.activation, inner), `${name}.mlp.c_proj`)
    return { ...attention, x: add(attended, outer) }
  },

  head(config, parts, rows) {
    const normed = norm(config, parts, 'transformer.ln_f', rows)
    return config.tiedHead
      ? matmul(normed, parts.tensor('transformer.wte.weight'), { transposeB: true })
      : parts.linear(normed, 'lm_head')
  },
}

const norm = (config: Gpt2Config, parts: ModelParts, name: string, x: Value): Value =>
  layerNorm(x, parts.tensor(`${name}.weight`), parts.tensor(`${name}.bias`), config.normEpsilon)

function selfAttention(
  config: Gpt2Config,
  parts: ModelParts,
  layer: number,
  x: Value,
  inputs: SequenceInputs,
): BlockOutput {
  const { headCount, headDim, hiddenSize } = config
  const name = `transformer.h.${layer}.attn`
  const joined = parts.linear(x, `${name}.c_attn`)
  const third = (place: number) =>
    splitHeads(slice(joined, 2, place * hiddenSize, (place + 1) * hiddenSize), headCount, headDim)
  const [queries, keys, values] = [third(0), third(1), third(2)]
  const scale = (config.scaleAttention ? headDim ** -0.5 : 1) / (config.scaleAttentionByLayer ? layer + 1 : 1)
  const mixed = attend({ queries, keys, values, past: inputs.past(layer), bias: inputs.bias(null), scale })
  return { x: parts.linear(mergeHeads(mixed), `${name}.c_proj`), keys, values }
}
