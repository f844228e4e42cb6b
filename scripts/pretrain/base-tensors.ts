import type { BaseConfig } from './base-config.ts'

/** Names and shapes of the base model's tensors, as `LlamaForCausalLM` with a tied head names them. */
export function baseTensors(config: BaseConfig): Map<string, readonly number[]> {
  const { hidden_size: hidden, intermediate_size: inner, head_dim: headSize } = config
  const queries = config.num_attention_heads * headSize
  const keys = config.num_key_value_heads * headSize
  const tensors = new Map<string, readonly number[]>([
    ['model.embed_tokens.weight', [config.vocab_size, hidden]],
  ])
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const set = (name: string, ...shape: number[]) =>
      tensors.set(`model.layers.${layer}.${name}.weight`, shape)
    set('input_layernorm', hidden)
    set('self_attn.q_proj', queries, hidden)
    set('self_attn.k_proj', keys, hidden)
    set('self_attn.v_proj', keys, hidden)
    set('self_attn.o_proj', hidden, queries)
    set('post_attention_layernorm', hidden)
    set('mlp.gate_proj', inner, hidden)
    set('mlp.up_proj', inner, hidden)
    set('mlp.down_proj', hidden, inner)
  }
  return tensors.set('model.norm.weight', [hidden])
}
