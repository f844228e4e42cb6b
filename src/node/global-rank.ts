import type { Strategy } from '../aggregate/strategy.ts'
import type { Factors } from '../base/adapter.ts'
import { adapterPart } from './global-parts.ts'

/**
 * The rank of a round's global factors, which follows from the record, so that every verifier knows it. Mostly the
 * largest among its contributions and the global factors before: nobody's directions are lost. Averaged factors have
 * the largest of the contributions alone; what is added to the base grows by all of them, up to the charter's rank.
 */
export function globalRank(
  strategy: Strategy,
  contributed: readonly number[],
  previous: Factors | undefined,
  baseRank = Number.POSITIVE_INFINITY,
): number {
  const before = previous === undefined ? [] : [...adapterPart(previous).values()].map(({ rank }) => rank)
  if (strategy.kind === 'factors') return Math.max(...contributed)
  if (strategy.kind !== 'product' || strategy.grows !== true) return Math.max(...contributed, ...before)
  return Math.min(
    baseRank,
    contributed.reduce((sum, rank) => sum + rank, Math.max(0, ...before)),
  )
}
