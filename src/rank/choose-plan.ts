import type { RankPlan } from './rank-plan.ts'

/**
 * The first of some plans, the quickest way of training first, in which a rank fits: the wanted one, else any. Where
 * none fits, the last, which takes the least memory.
 */
export function choosePlan<Plan extends RankPlan>(plans: readonly [Plan, ...Plan[]], wanted?: number): Plan {
  const fits = ({ candidates }: Plan) =>
    candidates.some((candidate) => candidate.fits && (wanted === undefined || candidate.rank === wanted))
  return plans.find(fits) ?? plans.at(-1) ?? plans[0]
}
