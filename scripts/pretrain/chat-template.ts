/** Marks of a conversation; the last one ends every answer. */
export const SPECIAL_TOKENS = ['<|end|>', '<|user|>', '<|assistant|>', '<|system|>'] as const

export const END_TOKEN = SPECIAL_TOKENS[0]

/** The chat template of the base model: a mark before every turn, `<|end|>` behind what the assistant says. */
export const CHAT_TEMPLATE =
  "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] }}" +
  "{% if message['role'] == 'assistant' %}{{ '<|end|>' }}{% endif %}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
