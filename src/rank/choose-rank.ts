import { NoRankFitsError, RankAboveModuleError, RankOffLadderError } from './rank-errors.ts'
import type { RankCandidate, RankPlan } from './rank-plan.ts'

/** The rank a peer trains at, and what decided it. */
export interface RankChoice extends RankCandidate {
  readonly decidedBy: 'memory' | 'user' | 'out-of-memory'
}

/**
 * The largest rank that fits the budget, or the user's. A rank the user wants is taken even where it does not
 * fit (`fits` is false then): the estimate may be wrong, and running out of memory steps down.
 *
 * @throws {NoRankFitsError} where not even the smallest fits
 * @throws {RankAboveModuleError} where the user's rank is above a module's smaller dimension
 * @throws {RankOffLadderError} where the user's rank is not on the ladder
 */
export function chooseRank(plan: RankPlan, wanted?: number): RankChoice {
  if (wanted !== undefined) return usersRank(plan, wanted)
  const best = plan.candidates.findLast((candidate) => candidate.fits)
  if (best === undefined) throw noneFits(plan)
  return { ...best, decidedBy: 'memory' }
}

/**
 * The next rank below, after training at `rank` ran out of memory, whatever the estimate says of it.
 *
 * @throws {NoRankFitsError} where there is none below
 */
export function stepDown(plan: RankPlan, rank: number): RankChoice {
  const next = plan.candidates.findLast((candidate) => candidate.rank < rank)
  if (next === undefined) throw noneFits(plan)
  return { ...next, decidedBy: 'out-of-memory' }
}

function usersRank(plan: RankPlan, wanted: number): RankChoice {
  const { module, rank: largest } = plan.narrowest
  if (wanted > largest) throw new RankAboveModuleError(wanted, largest, module)
  const candidate = plan.candidates.find(({ rank }) => rank === wanted)
  if (candidate === undefined) {
    throw new RankOffLadderError(
      wanted,
      plan.candidates.map(({ rank }) => rank),
    )
  }
  return { ...candidate, decidedBy: 'user' }
}

function noneFits(plan: RankPlan): NoRankFitsError {
  const smallest = plan.candidates[0]
  return new NoRankFitsError({
    rank: smallest?.rank ?? 0,
    neededBytes: smallest?.need.total ?? 0,
    budgetBytes: plan.budget.bytes,
  })
}
