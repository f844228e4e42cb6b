import type { ConfigReader } from './config-reader.ts'
import { UnsupportedModelError } from './model-errors.ts'

/**
 * Features of config.json that change what a decoder computes and that no family here has, each with the
 * values that switch it off. transformers reads some for every architecture (quantisation, pruning), and the
 * others say that the weights were made for another computation than the family's.
 */
const NEUTRAL_VALUES: Readonly<Record<string, readonly unknown[]>> = {
  quantization_config: [],
  compression_config: [],
  is_encoder_decoder: [false],
  is_causal: [true],
  add_cross_attention: [false],
  use_bidirectional_attention: [false],
  attn_logit_softcapping: [0],
  final_logit_softcapping: [0],
  logit_scale: [1],
  logits_scaling: [1],
  embedding_multiplier: [1],
  residual_multiplier: [1],
  attention_multiplier: [],
  query_pre_attn_scalar: [],
  clip_qkv: [],
  use_qk_norm: [false],
  qk_layernorm: [false],
  use_mrope: [false],
  attention_chunk_size: [],
  no_rope_layers: [],
  no_rope_layer_interval: [],
  num_experts: [0, 1],
  num_local_experts: [0, 1],
  kv_lora_rank: [],
  use_parallel_residual: [false],
  parallel_attn: [false],
}

/** Refuses, by name, whatever changes the computation and is not honoured. */
export function refuseUnhonoured(reader: ConfigReader): void {
  for (const [key, neutral] of Object.entries(NEUTRAL_VALUES)) reader.requireNeutral(key, neutral)
  const pruned = reader.raw('pruned_heads') as object | undefined
  if (pruned !== undefined && Object.keys(pruned).length > 0) {
    throw new UnsupportedModelError(reader.file, 'pruned_heads', pruned, [{}])
  }
}
