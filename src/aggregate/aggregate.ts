import type { Factors } from '../base/adapter.ts'
import type { MatrixProduct } from '../base/matrix-product.ts'
import { StrategyRefusedError } from './aggregate-errors.ts'
import { aggregateModule, type ModuleAggregate } from './aggregate-module.ts'
import type { Contribution } from './contribution.ts'
import { meanOfRound, weighted } from './mean-of-round.ts'
import { mergeModule } from './merge-module.ts'
import { moduleNames, orderContributions } from './order-contributions.ts'
import { type StrategyName, strategyOf } from './strategy.ts'

/** What a charter says about aggregation. */
export interface AggregateOptions {
  readonly strategy: StrategyName
  /** Rank of the global factors: the largest that any peer trains. */
  readonly rank: number
  /** The charter's alpha rule: what multiplies B·A at a rank. */
  readonly scalingOf: (rank: number) => number
  /** The charter's seed, for free directions. */
  readonly seed: string
  /** The global factors of the previous round, for strategies that read them. */
  readonly previous?: Factors
}

export interface Aggregate {
  /** Global factors at `rank`; every peer slices its own out of them. */
  readonly factors: Factors
  readonly modules: ReadonlyMap<string, ModuleAggregate>
}

/**
 * Contributions → global factors, module by module. The order in which contributions come changes no bit.
 * Throws `NoContributionsError`, `InvalidContributionError`, `ContributionMismatchError`, `AggregateRankError`,
 * `StrategyRefusedError`.
 */
export async function aggregate(
  contributions: readonly Contribution[],
  options: AggregateOptions,
  product: MatrixProduct,
): Promise<Aggregate> {
  const ordered = orderContributions(contributions)
  checkStrategy(ordered, options)
  const modules = new Map<string, ModuleAggregate>()
  const aggregateOne = await moduleAggregator(ordered, options, product)
  for (const module of moduleNames((ordered[0] as Contribution).factors)) {
    modules.set(module, await aggregateOne(module))
  }
  return { factors: new Map([...modules].map(([name, { factors }]) => [name, factors])), modules }
}

/** How one module is aggregated; `shares` are a weighing strategy's, where they are known already. */
export async function moduleAggregator(
  ordered: readonly Contribution[],
  options: AggregateOptions,
  product: MatrixProduct,
  shares?: readonly number[],
): Promise<(module: string) => Promise<ModuleAggregate>> {
  const strategy = strategyOf(options.strategy)
  const settings = moduleOptions(options)
  if (strategy.kind === 'factors') {
    return (module) => mergeModule(module, strategy, weighted(module, ordered), settings, product)
  }
  const meanOf = await meanOfRound(strategy, ordered, options.previous, product, shares)
  return async (module) => aggregateModule(module, await meanOf(module), settings, product)
}

/** Throws `StrategyRefusedError` where the strategy cannot average contributions of these ranks. */
export function checkStrategy(
  contributions: readonly Contribution[],
  { strategy, rank }: AggregateOptions,
): void {
  const ranks = contributions.flatMap(({ factors }) => [...factors.values()].map((module) => module.rank))
  const reason = strategyOf(strategy).refusal?.(ranks, rank) ?? null
  if (reason !== null) throw new StrategyRefusedError(strategy, reason)
}

export const moduleOptions = ({ rank, scalingOf, seed }: AggregateOptions) => ({
  rank,
  scaling: scalingOf(rank),
  seed,
})
