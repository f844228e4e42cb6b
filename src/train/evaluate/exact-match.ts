/** Python's `string.punctuation`. */
const PUNCTUATION = /[!-/:-@[-`{-~]/g

/**
 * An answer as Natural Instructions compares it (Tk-Instruct, compute_metrics.py): lower case, without ASCII
 * punctuation, white space collapsed.
 */
export const normalizeAnswer = (text: string): string =>
  text.toLowerCase().replace(PUNCTUATION, '').split(/\s+/u).filter(Boolean).join(' ')

/**
 * Whether an answer equals a reference once both are normalised. A reference of punctuation alone, of which nothing
 * would be left, is compared as it is.
 */
export function exactMatch(prediction: string, references: readonly string[]): boolean {
  return references.some((reference) => {
    const wanted = normalizeAnswer(reference)
    return wanted === '' ? prediction.trim() === reference.trim() : normalizeAnswer(prediction) === wanted
  })
}
