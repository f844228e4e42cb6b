import type { TextCoder } from '../batch/text-coder.ts'

/** A coder that can also read tokens. */
export interface AnswerCoder extends TextCoder {
  readonly tokenizer: TextCoder['tokenizer'] & { decode(ids: readonly number[]): string }
}
