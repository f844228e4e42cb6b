import { random, shuffled } from '../../src/base/random.ts'

/**
 * How many in a hundred peers have each rank, lowest first: FlexLoRA's four resource distributions (arXiv 2402.11505,
 * figure 3). The heavy tails are as its authors' code describes them, 85 and three times 5 (the code itself draws 80,
 * 10, 5 and 5); normal is the density of N(1.5, 0.7) at the places 0 to 3, as in that code, with the middle ranks in
 * the middle, as in the figure.
 */
const SHARES = {
  'heavy-tail-strong': [5, 5, 5, 85],
  'heavy-tail-light': [85, 5, 5, 5],
  uniform: [25, 25, 25, 25],
  normal: [5.75, 44.25, 44.25, 5.75],
} as const

export type Distribution = keyof typeof SHARES
/** Who takes part: a distribution of ranks, or every peer at the lowest or at the highest rank. */
export type Federation = Distribution | 'lowest' | 'highest'

export const DISTRIBUTIONS = Object.keys(SHARES) as readonly Distribution[]

/** The rank of every peer. The seed decides who has which. */
export function ranksOfPeers(
  federation: Federation,
  ladder: readonly number[],
  peers: number,
  seed: string,
): number[] {
  if (federation === 'lowest') return new Array<number>(peers).fill(ladder[0] as number)
  if (federation === 'highest') return new Array<number>(peers).fill(ladder.at(-1) as number)
  const counts = wholeShares(SHARES[federation], peers)
  const ranks = counts.flatMap((count, at) => new Array<number>(count).fill(ladder[at] as number))
  return shuffled(ranks, random('experiment-ranks', seed, 'ranks'))
}

/** Whole numbers in proportion to the shares that add up to `total`, by largest remainder. */
function wholeShares(shares: readonly number[], total: number): number[] {
  const exact = shares.map((share) => (share * total) / 100)
  const counts = exact.map(Math.floor)
  const left = total - counts.reduce((sum, count) => sum + count, 0)
  const byRemainder = [...counts.keys()].sort(
    (one, other) => remainder(exact, other) - remainder(exact, one) || one - other,
  )
  for (const at of byRemainder.slice(0, left)) counts[at] = (counts[at] as number) + 1
  return counts
}

const remainder = (exact: readonly number[], at: number): number => (exact[at] as number) % 1
