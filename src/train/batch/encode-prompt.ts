import type { ChatExample, PromptExample } from '../data/example.ts'
import { encodeExample } from './encode-example.ts'
import type { TextCoder } from './text-coder.ts'

export interface PromptOptions {
  readonly useChatTemplate: boolean
  /** A longer prompt loses its beginning, but for the token that opens every text. */
  readonly maxTokens: number
  readonly bosTokenId: number | undefined
}

/** The tokens that generation of an example's last answer starts from: exactly those that training put before it. */
export function encodePrompt(
  example: PromptExample | ChatExample,
  coder: TextCoder,
  { useChatTemplate, maxTokens, bosTokenId }: PromptOptions,
): number[] {
  const { ids, promptTokens } = encodeExample(example, coder, useChatTemplate)
  const from = Math.max(0, promptTokens - Math.max(1, maxTokens))
  const prompt = [...ids.subarray(from, promptTokens)]
  if (from > 0 && bosTokenId !== undefined && ids[0] === bosTokenId) prompt[0] = bosTokenId
  return prompt
}
