import type { Checkpoint } from './checkpoint.ts'
import { MissingTokenizerError } from './model-errors.ts'
import type { Tokenizer } from './tokenizer.ts'

/** The checkpoint's tokenizer. Throws `MissingTokenizerError` where it has none. */
export function requireTokenizer({ tokenizer, directory }: Checkpoint): Tokenizer {
  if (tokenizer === null) throw new MissingTokenizerError(directory ?? 'the checkpoint')
  return tokenizer
}
