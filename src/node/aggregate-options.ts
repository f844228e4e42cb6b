import type { AggregateOptions } from '../aggregate/aggregate.ts'
import type { Contribution } from '../aggregate/contribution.ts'
import { STRATEGY_NAMES } from '../aggregate/strategy.ts'
import type { Factors } from '../base/adapter.ts'
import { FlexswarmError } from '../base/flexswarm-error.ts'
import type { Charter } from '../round/charter/charter.ts'
import type { GlobalFactors } from '../round/record/record.ts'
import { charterScaling } from './charter-scaling.ts'
import { globalRank } from './global-rank.ts'
import type { JudgeContext } from './judge-context.ts'
import { loadGlobal } from './load-global.ts'

/** A charter whose strategy this version does not have. */
export class UnknownStrategyError extends FlexswarmError<'NODE_UNKNOWN_STRATEGY', { strategy: string }> {
  constructor(strategy: string) {
    super(
      'NODE_UNKNOWN_STRATEGY',
      `The charter averages by "${strategy}", which this version does not know.`,
      `Use one of ${STRATEGY_NAMES.join(', ')}, or a newer version of flexswarm.`,
      { strategy },
    )
  }
}

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
  const strategy = STRATEGY_NAMES.find((name) => name === charter.strategy.name)
  if (strategy === undefined) throw new UnknownStrategyError(charter.strategy.name)
  const ranks = contributions.map(({ factors }) => Math.max(...[...factors.values()].map(({ rank }) => rank)))
  return {
    strategy,
    rank: globalRank(ranks, previous),
    scalingOf: (rank) => charterScaling(charter, rank),
    seed: charter.seed,
    ...(previous === undefined ? {} : { previous }),
  }
}
