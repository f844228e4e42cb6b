/** Splits a text into the units that Rouge-L compares. */
export type Splitter = (text: string) => string[]

const UNSPACED_SCRIPTS = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar']
/** A letter of a script that puts no spaces between words. */
const UNSPACED = `[${UNSPACED_SCRIPTS.map((script) => `\\p{Script=${script}}`).join('')}]`
const UNICODE_WORDS = new RegExp(`${UNSPACED}\\p{M}*|(?:(?!${UNSPACED})[\\p{L}\\p{M}\\p{N}])+`, 'gu')
const FOREIGN_LETTER = /(?!\p{Script=Latin})\p{L}/u
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u

/** As the `rouge_score` package: lower case, runs of a–z and 0–9. */
const asciiWords: Splitter = (text) =>
  text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')

/** Runs of letters and digits of any script; single letters where words are not parted by spaces. */
const unicodeWords: Splitter = (text) => text.toLowerCase().match(UNICODE_WORDS) ?? []

/** Every character but white space. */
const characters: Splitter = (text) => [...text.replace(/\s+/gu, '')]

/**
 * How to compare answers with a reference: as `rouge_score` does where the reference is in Latin letters or digits,
 * by Unicode words where it has letters of another script (which `rouge_score` would drop), by characters
 * where it has neither letters nor digits.
 */
export function splitterFor(reference: string): Splitter {
  if (FOREIGN_LETTER.test(reference)) return unicodeWords
  if (asciiWords(reference).length > 0) return asciiWords
  return LETTER_OR_DIGIT.test(reference) ? unicodeWords : characters
}
