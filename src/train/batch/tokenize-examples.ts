import type { Example, TextExample } from '../data/example.ts'
import { encodeExample } from './encode-example.ts'
import { packTexts } from './pack-texts.ts'
import type { TextCoder } from './text-coder.ts'
import { countLossTokens, type TokenExample } from './token-example.ts'
import { truncateExample } from './truncate-example.ts'

export interface TokenizeOptions {
  /** Longest sequence, in tokens, end token included; at least 2. Default 512. */
  readonly maxLength?: number
  /** Put prompts and answers through the model's chat template, where it has one. Default false. */
  readonly useChatTemplate?: boolean
}

/** What became of the examples. */
interface TokenizeReport {
  readonly examples: number
  /** Sequences: an example each, or a window of packed text. */
  readonly sequences: number
  readonly tokens: number
  /** Tokens that carry loss. */
  readonly lossTokens: number
  /** Examples whose prompt lost its beginning. */
  readonly cutPrompts: number
  /** Examples whose answer lost its end. */
  readonly cutAnswers: number
}

export interface TokenizedData {
  readonly sequences: readonly TokenExample[]
  readonly report: TokenizeReport
}

/**
 * Examples as training sequences: loss on answers only, an end token behind them, cut to `maxLength`
 * (`truncateExample`); plain texts packed into windows of that length (`packTexts`).
 */
export function tokenizeExamples(
  examples: readonly Example[],
  coder: TextCoder,
  options: TokenizeOptions = {},
): TokenizedData {
  const maxLength = Math.max(2, options.maxLength ?? 512)
  const bosTokenId = openingToken(coder)
  const sequences: TokenExample[] = []
  let cutPrompts = 0
  let cutAnswers = 0
  for (const example of examples) {
    if (example.kind === 'text') continue
    const encoded = encodeExample(example, coder, options.useChatTemplate ?? false)
    const { ids, labels, cutPrompt, cutAnswer } = truncateExample(encoded, maxLength, bosTokenId)
    sequences.push({ ids, labels })
    if (cutPrompt) cutPrompts++
    if (cutAnswer) cutAnswers++
  }
  const texts = examples.filter((example) => example.kind === 'text')
  sequences.push(...packTexts(encodeTexts(texts, coder), maxLength))
  const tokens = sequences.reduce((total, { ids }) => total + ids.length, 0)
  const lossTokens = sequences.reduce((total, { labels }) => total + countLossTokens(labels), 0)
  const report = {
    examples: examples.length,
    sequences: sequences.length,
    tokens,
    lossTokens,
    cutPrompts,
    cutAnswers,
  }
  return { sequences, report }
}

function* encodeTexts(texts: readonly TextExample[], coder: TextCoder): Generator<readonly number[]> {
  const eos = coder.eosTokenIds[0]
  for (const { text } of texts) {
    const ids = coder.tokenizer.encode(text)
    yield eos === undefined || ids.at(-1) === eos ? ids : [...ids, eos]
  }
}

/** The token that the tokenizer puts before every text, if it does. */
export function openingToken(coder: TextCoder): number | undefined {
  const plain = coder.tokenizer.encode('a', { specialTokens: false })
  const opened = coder.tokenizer.encode('a')
  return opened.length > plain.length && opened[0] !== plain[0] ? opened[0] : undefined
}
