import { toByteLetters } from './byte-letters.ts'

/** Two neighbouring tokens that become one. */
export type Merge = readonly [left: string, right: string]

/** Pairs seen less often than this are left alone. */
const LEAST_COUNT = 2

/**
 * Byte pair encoding (Sennrich et al., arXiv 1508.07909): merges the most frequent pair of neighbours again and
 * again, until no pair is frequent. Of equally frequent pairs the first by spelling wins, so the order of
 * `counts` does not matter.
 */
export function learnMerges(counts: ReadonlyMap<string, number>): Merge[] {
  let pieces = [...counts].map(([piece, count]) => ({ tokens: [...toByteLetters(piece)], count }))
  const merges: Merge[] = []
  for (let best = mostFrequentPair(pieces); best !== undefined; best = mostFrequentPair(pieces)) {
    const pair = best
    merges.push(pair)
    pieces = pieces.map(({ tokens, count }) => ({ tokens: joinPair(tokens, pair), count }))
  }
  return merges
}

function mostFrequentPair(
  pieces: readonly { tokens: readonly string[]; count: number }[],
): Merge | undefined {
  const pairs = new Map<string, number>()
  for (const { tokens, count } of pieces) {
    for (let at = 1; at < tokens.length; at++) {
      const pair = `${tokens[at - 1]} ${tokens[at]}`
      pairs.set(pair, (pairs.get(pair) ?? 0) + count)
    }
  }
  const [best] = [...pairs].sort(([a, often], [b, seldom]) => seldom - often || (a < b ? -1 : 1))
  if (best === undefined || best[1] < LEAST_COUNT) return undefined
  const [left = '', right = ''] = best[0].split(' ')
  return [left, right]
}

function joinPair(tokens: readonly string[], [left, right]: Merge): string[] {
  const out: string[] = []
  for (let at = 0; at < tokens.length; at++) {
    const joins = tokens[at] === left && tokens[at + 1] === right
    out.push(joins ? left + right : (tokens[at] as string))
    if (joins) at++
  }
  return out
}
