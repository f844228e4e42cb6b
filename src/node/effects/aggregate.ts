import { aggregate } from '../../aggregate/aggregate.ts'
import type { Contribution } from '../../aggregate/contribution.ts'
import type { Event } from '../../round/event.ts'
import type { MergedHead } from '../../round/record/record.ts'
import { aggregateOptions } from '../aggregate-options.ts'
import { applyNormRule } from '../apply-norm-rule.ts'
import { applyWeights } from '../apply-weights.ts'
import type { EffectOf } from '../effect-of.ts'
import { energyByRank } from '../energy-by-rank.ts'
import { keepBody } from '../factor-body.ts'
import { gatherContributions } from '../gather-contributions.ts'
import { GlobalFactorsError } from '../load-global.ts'
import { mergedContribution } from '../merged-contribution.ts'
import type { PeerContext } from '../peer-context.ts'

/** Pulls, checks and averages contributions into new global factors, and keeps them for others to pull. */
export async function carryOutAggregate(
  context: PeerContext,
  { round, view, contributions, merged, global }: EffectOf<'aggregate'>,
  signal: AbortSignal,
): Promise<Event | null> {
  try {
    const gathered = await gatherContributions(context, contributions, { round, global })
    const judged = applyNormRule(gathered.contributions, context.charter.contributions.norm)
    const other = merged === undefined ? null : await otherLineage(context, merged)
    const announced = new Map(contributions.map(({ peer, body }) => [peer, body]))
    const kept = applyWeights(
      other === null ? judged.kept : [...judged.kept, other],
      context.charter.weights,
      (peer) => announced.get(peer),
    )
    const options = await aggregateOptions(context, global, kept)
    const result = await aggregate(kept, options, context.product)
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
        ...(merged !== undefined && other === null ? { withoutMerged: true } : {}),
      },
    }
  } catch (error) {
    if (signal.aborted) return null
    const reason = error instanceof Error ? error.message : String(error)
    context.log('error', `aggregation failed in round ${round}: ${reason}`)
    return { type: 'aggregate-failed', round, view, reason }
  }
}

/** Null where its factors are out of reach: the network may have parted again, and the round goes on without them. */
async function otherLineage(context: PeerContext, merged: MergedHead): Promise<Contribution | null> {
  try {
    return await mergedContribution(context, merged)
  } catch (error) {
    if (!(error instanceof GlobalFactorsError)) throw error
    context.log('warn', error.message)
    return null
  }
}
