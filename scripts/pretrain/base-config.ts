/** Longest text that the base model is made for, in tokens. */
export const MAX_POSITIONS = 512

/** `config.json` of the base model: a small llama, about two million parameters. */
export const baseConfig = (vocabSize: number) => ({
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  vocab_size: vocabSize,
  hidden_size: 192,
  intermediate_size: 384,
  num_hidden_layers: 6,
  num_attention_heads: 6,
  num_key_value_heads: 3,
  head_dim: 32,
  hidden_act: 'silu',
  max_position_embeddings: MAX_POSITIONS,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  attention_bias: false,
  mlp_bias: false,
  tie_word_embeddings: true,
  initializer_range: 0.04,
  bos_token_id: null,
  eos_token_id: 0,
  pad_token_id: 0,
  torch_dtype: 'bfloat16',
  use_cache: true,
})

export type BaseConfig = ReturnType<typeof baseConfig>

/** `generation_config.json` of the base model: greedy. */
export const GENERATION_CONFIG = { do_sample: false, eos_token_id: 0, pad_token_id: 0 }
