import { STRATEGY_NAMES, type StrategyName } from '../aggregate/strategy.ts'
import { FlexswarmError } from '../base/flexswarm-error.ts'
import type { Charter } from '../round/charter/charter.ts'

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

/** The strategy that a charter names. @throws {UnknownStrategyError} */
export function strategyNameOf({ strategy }: Pick<Charter, 'strategy'>): StrategyName {
  const name = STRATEGY_NAMES.find((one) => one === strategy.name)
  if (name === undefined) throw new UnknownStrategyError(strategy.name)
  return name
}
