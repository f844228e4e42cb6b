import type { ChatTurn } from '../data/example.ts'

/** What turning examples into tokens needs of a model: its tokenizer, its end tokens, its chat template. */
export interface TextCoder {
  readonly tokenizer: {
    encode(text: string, options?: { readonly specialTokens?: boolean }): readonly number[]
  }
  /** The tokens that end an answer; the first is the one that is appended. */
  readonly eosTokenIds: readonly number[]
  readonly chatTemplate: {
    render(messages: ChatTurn[], options: { readonly addGenerationPrompt: boolean }): string
    renderWithAnswers(messages: ChatTurn[]): {
      readonly text: string
      readonly answers: readonly { readonly start: number; readonly end: number }[]
    }
  } | null
}
