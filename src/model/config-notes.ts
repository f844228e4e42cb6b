import type { ConfigReader } from './config-reader.ts'

/** Keys that say nothing about the computation. */
const SILENT = new Set(
  `architectures model_type transformers_version torch_dtype dtype use_cache _name_or_path bos_token_id
  eos_token_id pad_token_id sep_token_id pretraining_tp initializer_range task_specific_params summary_type
  summary_use_proj summary_activation summary_proj_to_labels summary_first_dropout n_ctx model_max_length
  reorder_and_upcast_attn return_dict is_decoder problem_type id2label label2id auto_map max_window_layers
  use_sliding_window sliding_window transformers.js_config unsloth_version unsloth_fixed is_llama_config
  _attn_implementation _attn_implementation_autoset output_attentions output_hidden_states
  tie_encoder_decoder chunk_size_feed_forward finetuning_task torchscript use_bfloat16`.split(/\s+/),
)

const BASE_DROPOUTS = ['attn_pdrop', 'embd_pdrop', 'resid_pdrop', 'attention_dropout', 'hidden_dropout']

/** What people should know of a configuration: dropouts of the base, and keys that mean nothing here. */
export function configNotes(reader: ConfigReader): string[] {
  const dropouts = BASE_DROPOUTS.filter((key) => reader.raw(key) !== undefined && reader.raw(key) !== 0)
  const unknown = reader.unreadKeys().filter((key) => !SILENT.has(key))
  return [
    ...dropouts.map((key) => `"${key}" of the base model is not applied while fine-tuning`),
    ...unknown.map((key) => `"${key}" in config.json means nothing to this architecture and is ignored`),
  ]
}
