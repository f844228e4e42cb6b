import { fitFactors } from '../aggregate/fit-to-rank.ts'
import type { Factors } from '../base/adapter.ts'
import { tailNorms } from '../train/loop/tail-pull.ts'
import { charterScaling } from './charter-scaling.ts'
import type { TrainingRules } from './train-round.ts'

/** The next rank below on the ladder, or null. */
export const rankBelow = (ladder: readonly number[], rank: number): number | null =>
  ladder.findLast((one) => one < rank) ?? null

/**
 * HetLoRA's self-pruning (arXiv 2401.06432, §3.2): where Σ‖B_tail‖·‖A_tail‖ over the modules became smaller than what the
 * round began from, the peer goes on without that tail. The paper cuts a share 1 − γ of the rank; ranks of a federation
 * are those of its ladder, so the tail begins at the next one below. Answers the rank to go on with.
 */
export function prunedRank(
  ladder: readonly number[],
  start: Factors,
  trained: Factors,
  rank: number,
): number {
  const below = rankBelow(ladder, rank)
  if (below === null) return rank
  const before = tailSize(start, below)
  return before > 0 && tailSize(trained, below) < before ? below : rank
}

/** Factors cut to a rank of the ladder. */
export const cutTo = (charter: TrainingRules, factors: Factors, rank: number): Factors =>
  fitFactors(factors, { rank, scaling: charterScaling(charter, rank), seed: charter.seed })

const tailSize = (factors: Factors, from: number): number =>
  [...factors.values()].reduce((sum, module) => {
    const { a, b } = tailNorms(module, module.a, module.b, from)
    return sum + module.scaling * a * b
  }, 0)
