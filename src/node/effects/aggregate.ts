import { type Aggregate, aggregate } from '../../aggregate/aggregate.ts'
import { energyKept } from '../../aggregate/energy-kept.ts'
import type { Event } from '../../round/event.ts'
import { aggregateOptions } from '../aggregate-options.ts'
import { applyNormRule } from '../apply-norm-rule.ts'
import type { EffectOf } from '../effect-of.ts'
import { keepBody } from '../factor-body.ts'
import { gatherContributions } from '../gather-contributions.ts'
import type { PeerContext } from '../peer-context.ts'

/** Pulls, checks and averages contributions into new global factors, and keeps them for others to pull. */
export async function carryOutAggregate(
  context: PeerContext,
  { round, view, contributions, global }: EffectOf<'aggregate'>,
  signal: AbortSignal,
): Promise<Event | null> {
  try {
    const gathered = await gatherContributions(context, contributions)
    const judged = applyNormRule(gathered.contributions, context.charter.contributions.norm)
    const options = await aggregateOptions(context, global, judged.kept)
    const result = await aggregate(judged.kept, options, context.product)
    const body = await keepBody(context, result.factors)
    const norm = judged.excluded.map((one) => ({ ...one, reason: 'norm' as const }))
    return {
      type: 'aggregated',
      round,
      view,
      result: {
        global: body,
        clipped: judged.clipped,
        excluded: [...gathered.unusable, ...norm],
        energyKept: energyByRank(result, context.charter.ranks),
      },
    }
  } catch (error) {
    if (signal.aborted) return null
    const reason = error instanceof Error ? error.message : String(error)
    context.log('error', `aggregation failed in round ${round}: ${reason}`)
    return { type: 'aggregate-failed', round, view, reason }
  }
}

/** Share of the mean's whole energy that every rank of the ladder keeps. */
function energyByRank({ modules }: Aggregate, ranks: readonly number[]): Record<string, number> {
  const all = [...modules.values()]
  const total = all.reduce((sum, { energy }) => sum + energy, 0)
  const kept = (rank: number) =>
    all.reduce((sum, module) => sum + energyKept(module, rank) * module.energy, 0)
  return Object.fromEntries(
    ranks.map((rank) => [String(rank), total === 0 ? 1 : Math.min(1, kept(rank) / total)]),
  )
}
