import type { ModuleFactors } from '../base/adapter.ts'
import type { MatrixProduct } from '../base/matrix-product.ts'
import { type AggregateOptions, aggregateCarried, checkStrategy, moduleAggregator } from './aggregate.ts'
import { ContributionMismatchError, NoContributionsError } from './aggregate-errors.ts'
import type { ModuleAggregate } from './aggregate-module.ts'
import type { Contribution } from './contribution.ts'
import { sharesOfRound } from './mean-of-round.ts'
import { orderContributions } from './order-contributions.ts'
import { strategyOf } from './strategy.ts'

/** A contribution whose modules are read when it is their turn, from a file or another peer. */
export interface StreamedContribution {
  readonly peer: string
  readonly samples: number
  readonly modules: readonly string[]
  read(module: string): ModuleFactors | Promise<ModuleFactors>
}

export interface StreamedModule {
  readonly module: string
  readonly aggregate: ModuleAggregate
}

/**
 * What `aggregate` does, to the same bits, one module after the other: memory holds one module of every contribution.
 * Strategies that weigh whole adapters (krum, …) read every module twice. Throws what `aggregate` throws.
 */
export async function* aggregateStream(
  contributions: readonly StreamedContribution[],
  options: AggregateOptions,
  product: MatrixProduct,
): AsyncGenerator<StreamedModule> {
  const modules = sharedModules(contributions)
  const strategy = strategyOf(options.strategy)
  const load = (module: string) => loadModule(module, contributions)
  const shares =
    strategy.kind === 'weighing'
      ? await sharesOfRound(
          strategy,
          batches(modules, load),
          strategy.needsPrevious ? options.previous : undefined,
          product,
        )
      : undefined
  for (const module of modules) {
    const ordered = await load(module)
    checkStrategy(ordered, options)
    const aggregateOne = await moduleAggregator(ordered, options, product, shares)
    yield { module, aggregate: await aggregateOne(module) }
    for (const [name, aggregate] of await aggregateCarried(module, ordered, options, product))
      yield { module: name, aggregate }
  }
}

async function* batches(
  modules: readonly string[],
  load: (module: string) => Promise<readonly Contribution[]>,
): AsyncGenerator<readonly Contribution[]> {
  for (const module of modules) yield await load(module)
}

/** One module of every contribution, checked and in canonical order. */
async function loadModule(
  module: string,
  contributions: readonly StreamedContribution[],
): Promise<readonly Contribution[]> {
  const loaded: Contribution[] = []
  for (const { peer, samples, read } of contributions) {
    loaded.push({ peer, samples, factors: new Map([[module, await read(module)]]) })
  }
  return orderContributions(loaded)
}

function sharedModules(contributions: readonly StreamedContribution[]): string[] {
  const [first] = contributions
  if (!first) throw new NoContributionsError()
  const names = new Set(first.modules)
  for (const { peer, modules } of contributions) {
    const foreign = modules.find((module) => !names.has(module))
    if (foreign !== undefined)
      throw new ContributionMismatchError(peer, foreign, `is not in that of ${first.peer}`)
    const missing = first.modules.find((module) => !modules.includes(module))
    if (missing !== undefined) throw new ContributionMismatchError(peer, missing, 'is missing')
  }
  return [...names].sort()
}
