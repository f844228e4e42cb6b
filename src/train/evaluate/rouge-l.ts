import { splitterFor } from './answer-words.ts'

/**
 * Rouge-L of an answer (Lin 2004): F1 of precision and recall of the longest common subsequence of words, the best
 * over the references, 0 to 1. The same figure as `rouge_score`'s `rougeL` without stemming, for Latin
 * script; see `splitterFor` for others.
 */
export function rougeL(prediction: string, references: readonly string[]): number {
  return references.reduce((best, reference) => Math.max(best, scoreAgainst(prediction, reference)), 0)
}

function scoreAgainst(prediction: string, reference: string): number {
  const split = splitterFor(reference)
  const wanted = split(reference)
  const given = split(prediction)
  if (wanted.length === 0 || given.length === 0) return 0
  const common = longestCommonSubsequence(wanted, given)
  return (2 * common) / (wanted.length + given.length)
}

/** Its length, by the usual table, one row at a time. */
function longestCommonSubsequence(one: readonly string[], other: readonly string[]): number {
  let above = new Uint32Array(other.length + 1)
  for (const word of one) {
    const row = new Uint32Array(other.length + 1)
    for (let at = 1; at <= other.length; at++) {
      row[at] =
        word === other[at - 1]
          ? (above[at - 1] as number) + 1
          : Math.max(above[at] as number, row[at - 1] as number)
    }
    above = row
  }
  return above[other.length] as number
}
