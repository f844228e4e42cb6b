import type { Factors } from '../base/adapter.ts'

/**
 * The rank of a round's global factors: the largest among its contributions and the global factors before, so that
 * nobody's directions are lost. It follows from the record, so every verifier knows it.
 */
export function globalRank(contributed: readonly number[], previous: Factors | undefined): number {
  const before = previous === undefined ? [] : [...previous.values()].map(({ rank }) => rank)
  return Math.max(...contributed, ...before)
}
