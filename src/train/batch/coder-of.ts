import type { Checkpoint } from '../../model/checkpoint.ts'
import { requireTokenizer } from '../../model/require-tokenizer.ts'
import type { Tokenizer } from '../../model/tokenizer.ts'
import type { TextCoder } from './text-coder.ts'

/** How a checkpoint reads and writes training text. Throws `MissingTokenizerError` where it has no tokenizer. */
export function coderOf(checkpoint: Checkpoint): TextCoder & { readonly tokenizer: Tokenizer } {
  return {
    tokenizer: requireTokenizer(checkpoint),
    eosTokenIds: checkpoint.generation.eosTokenIds,
    chatTemplate: checkpoint.chatTemplate,
  }
}
