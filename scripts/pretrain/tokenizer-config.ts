import { CHAT_TEMPLATE, END_TOKEN } from './chat-template.ts'

/** `tokenizer_config.json` of the base model, for a context of so many tokens. */
export const tokenizerConfig = (maxLength: number): object => ({
  tokenizer_class: 'PreTrainedTokenizerFast',
  model_max_length: maxLength,
  bos_token: null,
  eos_token: END_TOKEN,
  pad_token: END_TOKEN,
  unk_token: null,
  add_prefix_space: false,
  clean_up_tokenization_spaces: false,
  chat_template: CHAT_TEMPLATE,
})
