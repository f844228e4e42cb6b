import { BYTE_LETTERS, toByteLetters } from './byte-letters.ts'
import { SPECIAL_TOKENS } from './chat-template.ts'
import { learnMerges, type Merge } from './learn-merges.ts'

/** How GPT-2 cuts a text before merging (encoder.py); the `ByteLevel` pre-tokenizer does the same. */
const PIECES = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu

export interface TokenizerParts {
  readonly vocabulary: readonly string[]
  readonly merges: readonly Merge[]
}

/**
 * A byte-level BPE tokenizer for tasks about the spelling of words. Letters and digits never merge, so the model
 * sees every character that a task is about; the whole words of instructions are tokens all the same, because
 * `ignore_merges` (as in Llama 3) looks a piece up before it merges. Merges are learned from punctuation.
 *
 * @param instructions texts that a model reads but never edits
 * @param size tokens of the vocabulary, at most
 */
export function trainTokenizer(instructions: readonly string[], size: number): TokenizerParts {
  const counts = countPieces(instructions)
  const signs = new Map([...counts].filter(([piece]) => !/[\p{L}\p{N}]/u.test(piece)))
  const merges = learnMerges(signs)
  const base = [...SPECIAL_TOKENS, ...BYTE_LETTERS, ...merges.map((pair) => pair.join(''))]
  const words = [...counts]
    .filter(([piece]) => /^ ?\p{L}{2,}$/u.test(piece))
    .sort(
      ([one, often], [other, seldom]) => weight(other, seldom) - weight(one, often) || (one < other ? -1 : 1),
    )
    .map(([piece]) => toByteLetters(piece))
  return { vocabulary: [...base, ...words].slice(0, size), merges }
}

/** How many tokens a word saves when it is one. */
const weight = (piece: string, count: number) => count * (piece.length - 1)

function countPieces(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) {
    for (const [piece] of text.matchAll(PIECES)) counts.set(piece, (counts.get(piece) ?? 0) + 1)
  }
  return counts
}

/** The tokenizer as `tokenizer.json` of the Hugging Face `tokenizers` library holds it. */
export function tokenizerJson({ vocabulary, merges }: TokenizerParts): object {
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true }
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL_TOKENS.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: byteLevel,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: true,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      merges,
    },
  }
}
