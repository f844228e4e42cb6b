import type { EncodedExample } from './encode-example.ts'

export interface Truncated extends EncodedExample {
  readonly cutPrompt: boolean
  readonly cutAnswer: boolean
}

/**
 * Cuts a sequence to `maxLength` tokens. The last answer is kept: what goes first is the beginning of the
 * prompt, but for its first token where that opens every text (`bosTokenId`). Only an answer that would not fit
 * even behind a single prompt token is cut, at its end.
 */
export function truncateExample(
  example: EncodedExample,
  maxLength: number,
  bosTokenId: number | undefined,
): Truncated {
  const { ids, labels, promptTokens } = example
  if (ids.length <= maxLength) return { ...example, cutPrompt: false, cutAnswer: false }
  const answerTokens = ids.length - promptTokens
  const cutAnswer = answerTokens > maxLength - 1
  const from = cutAnswer ? promptTokens - 1 : ids.length - maxLength
  const to = cutAnswer ? from + maxLength : ids.length
  const kept = {
    ids: ids.slice(from, to),
    labels: labels.slice(from, to),
    promptTokens: promptTokens - from,
    cutPrompt: from > 0,
    cutAnswer,
  }
  if (from > 0 && bosTokenId !== undefined && ids[0] === bosTokenId) {
    kept.ids[0] = bosTokenId
    kept.labels[0] = labels[0] as number
  }
  return kept
}
