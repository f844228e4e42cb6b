import type { AggregateOptions } from '../aggregate/aggregate.ts'
import type { Contribution } from '../aggregate/contribution.ts'
import type { Factors } from '../base/adapter.ts'
import type { Charter } from '../round/charter/charter.ts'
import type { GlobalFactors } from '../round/record/record.ts'
import { charterScaling } from './charter-scaling.ts'
import { strategyNameOf } from './check-charter.ts'
import { globalRank } from './global-rank.ts'
import type { JudgeContext } from './judge-context.ts'
import { loadGlobal } from './load-global.ts'

/** What the charter says about aggregation, for the global factors that the record before names. */
export async function aggregateOptions(
  context: JudgeContext,
  global: GlobalFactors | null,
  contributions: readonly Contribution[],
): Promise<AggregateOptions> {
  const previous = global === null ? undefined : await loadGlobal(context, global)
  return optionsOfRound(context.charter, previous, contributions)
}

/** What the charter says about aggregation, as the aggregation wants it. @throws {UnknownStrategyError} */
export function optionsOfRound(
  charter: Pick<Charter, 'strategy' | 'adapter' | 'seed'>,
  previous: Factors | undefined,
  contributions: readonly Contribution[],
): AggregateOptions {
  const strategy = strategyNameOf(charter)
  const ranks = contributions.map(({ factors }) => Math.max(...[...factors.values()].map(({ rank }) => rank)))
  return {
    strategy,
    rank: globalRank(ranks, previous),
    scalingOf: (rank) => charterScaling(charter, rank),
    seed: charter.seed,
    ...(previous === undefined ? {} : { previous }),
  }
}
