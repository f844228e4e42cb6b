import { STRATEGY_NAMES, type StrategyName } from '../aggregate/strategy.ts'

/** The rules by which factors can be averaged, for charters and for `aggregateAdapters`. */
export const strategies: readonly StrategyName[] = STRATEGY_NAMES
export type { StrategyName }
