import type { Factors, ModuleFactors } from '../base/adapter.ts'
import type { MatrixProduct } from '../base/matrix-product.ts'
import { type AggregateOptions, readsPrevious } from './aggregate.ts'
import { ContributionMismatchError, NoContributionsError } from './aggregate-errors.ts'
import { partOf } from './carried/carried-name.ts'
import { checkPrevious } from './check-previous.ts'
import type { Contribution } from './contribution.ts'
import { inOrder } from './in-order.ts'
import { type ModuleOutcome, type ModuleRunner, runInTurn } from './module-job.ts'
import { orderContributions } from './order-contributions.ts'
import { sharesOfRound } from './round-shares.ts'
import { strategyOf } from './strategy.ts'

/** A contribution whose modules are read when it is their turn, from a file or another peer. */
export interface StreamedContribution {
  readonly peer: string
  readonly samples: number
  readonly modules: readonly string[]
  read(module: string): ModuleFactors | Promise<ModuleFactors>
}

export interface StreamOptions extends AggregateOptions {
  /** Ranks that each module's report says the kept energy of. Default: no reports. */
  readonly ladder?: readonly number[]
}

/**
 * What `aggregate` does, to the same bits, module by module in the order of their names: memory holds one module of
 * every contribution for each of the runner's lanes. Strategies that weigh whole adapters (krum, …) read every module
 * twice. Throws what `aggregate` throws.
 */
export async function* aggregateStream(
  contributions: readonly StreamedContribution[],
  { ladder, ...options }: StreamOptions,
  product: MatrixProduct,
  runner: ModuleRunner = runInTurn(product),
): AsyncGenerator<ModuleOutcome> {
  const modules = sharedModules(contributions)
  const load = async (module: string) => {
    const ordered = await loadModule(module, contributions)
    checkPrevious(ordered, options.previous, readsPrevious(options))
    return ordered
  }
  const strategy = strategyOf(options.strategy)
  const shares =
    strategy.kind === 'weighing'
      ? await sharesOfRound(strategy, { modules, load }, options.previous, runner)
      : undefined
  const start = async (module: string): Promise<ModuleOutcome> =>
    runner.run({
      module,
      contributions: await load(module),
      options: { ...options, ...beside(module, options.previous) },
      ...(shares === undefined ? {} : { shares }),
      ...(ladder === undefined ? {} : { ladder }),
    })
  yield* inOrder(modules, start, runner.lanes)
}

/** What one module needs of the global factors before: its own and what travels beside it. */
function beside(module: string, previous: Factors | undefined): Pick<AggregateOptions, 'previous'> {
  if (previous === undefined) return {}
  return { previous: new Map([...previous].filter(([name]) => partOf(name).module === module)) }
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
