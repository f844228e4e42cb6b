import { join } from 'node:path'
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers'
import { InvalidModelFileError } from './model-errors.ts'
import { readJsonFile } from './read-json-file.ts'

interface EncodeOptions {
  /** Add what the tokenizer's post-processor adds, such as the beginning of a sequence. Default true. */
  readonly specialTokens?: boolean
}

interface DecodeOptions {
  /** Leave special tokens out of the text. Default true. */
  readonly skipSpecialTokens?: boolean
}

/** Text to token ids and back, as the checkpoint's tokenizer.json says. */
export interface Tokenizer {
  /** One more than the largest token id. */
  readonly vocabSize: number
  encode(text: string, options?: EncodeOptions): number[]
  decode(ids: readonly number[], options?: DecodeOptions): string
  /** The id of a token by its spelling in the vocabulary, such as `</s>`. */
  tokenId(token: string): number | undefined
}

/**
 * The tokenizer of a model directory, or null where it has no tokenizer.json.
 * Throws `InvalidModelFileError` where that cannot be used.
 */
export function loadTokenizer(directory: string): Tokenizer | null {
  const file = join(directory, 'tokenizer.json')
  const json = readJsonFile(file)
  if (json === undefined) return null
  return createTokenizer(json, readJsonFile(join(directory, 'tokenizer_config.json')) ?? {}, file)
}

/** The same from JSON that is already read; `file` is what messages call it. */
export function createTokenizer(json: unknown, config: unknown = {}, file = 'tokenizer.json'): Tokenizer {
  const tokenizer = build(json, config, file)
  let vocabSize = 0
  for (const id of tokenizer.get_vocab().values()) vocabSize = Math.max(vocabSize, id + 1)
  return {
    vocabSize,
    encode: (text, { specialTokens = true } = {}) =>
      tokenizer.encode(text, { add_special_tokens: specialTokens }).ids,
    // The library throws on an empty list.
    decode: (ids, { skipSpecialTokens = true } = {}) =>
      ids.length === 0 ? '' : tokenizer.decode([...ids], { skip_special_tokens: skipSpecialTokens }),
    tokenId: (token) => tokenizer.token_to_id(token),
  }
}

function build(json: unknown, config: unknown, file: string): HuggingFaceTokenizer {
  try {
    // The library would tidy spaces before punctuation unless told not to; transformers 5 does not.
    return new HuggingFaceTokenizer(json as object, {
      clean_up_tokenization_spaces: false,
      ...(config as object),
    })
  } catch (error) {
    throw new InvalidModelFileError(file, null, `it cannot be used: ${(error as Error).message}`, {
      cause: error,
    })
  }
}
