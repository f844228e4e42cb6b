import type { Factors, ModuleFactors } from '../base/adapter.ts'
import type { MatrixProduct } from '../base/matrix-product.ts'
import {
  type AggregateOptions,
  carriedOf,
  checkStrategy,
  moduleOptions,
  movingStrategy,
} from './aggregate.ts'
import { carriedName, partOf } from './carried/carried-name.ts'
import { numberFault } from './carried/carried-number.ts'
import { type CarriedValue, carriedParts } from './carried/carried-values.ts'
import type { Contribution } from './contribution.ts'
import { meanOfRound, weighted } from './mean-of-round.ts'
import { moduleNames, orderContributions } from './order-contributions.ts'
import type { Weigher } from './round-shares.ts'
import { strategyOf } from './strategy.ts'
import { verifyMerge } from './verify-merge.ts'
import { verifyModule } from './verify-module.ts'

export interface VerifyOptions extends AggregateOptions {
  /** Chance that the aggregator could not foresee: the verifier's own, or a commitment made after the proposal. */
  readonly probeSeed: string
  /** Checks these modules only. Default: all. */
  readonly modules?: readonly string[]
  /** Where strategies that weigh whole adapters do so. Default: here, one module after the other. */
  readonly weigher?: Weigher | undefined
}

export type Verdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly module: string; readonly reason: string }

/**
 * Whether proposed global factors are what `aggregate` makes of these contributions, checked without computing it
 * again. Throws what `orderContributions` throws where the contributions themselves are unusable.
 */
export async function verifyAggregate(
  contributions: readonly Contribution[],
  proposed: Factors,
  options: VerifyOptions,
  product: MatrixProduct,
): Promise<Verdict> {
  const ordered = orderContributions(contributions)
  const names = moduleNames((ordered[0] as Contribution).factors)
  checkStrategy(ordered, options)
  const parts = carriedParts(strategyOf(options.strategy), options.server)
  const known = names.flatMap((module) => [module, ...parts.map((part) => carriedName(part, module))])
  const foreign = [...proposed.keys()].find((module) => !known.includes(module))
  if (foreign !== undefined) return { ok: false, module: foreign, reason: 'it was not trained' }
  const check = await checker(ordered, options, product)
  for (const module of options.modules ?? known) {
    const factors = proposed.get(module)
    const reason = factors ? await check(module, factors) : 'it is missing'
    if (reason !== null) return { ok: false, module, reason }
  }
  return { ok: true }
}

type Check = (module: string, proposed: ModuleFactors) => Promise<string | null>

async function checker(
  ordered: readonly Contribution[],
  options: VerifyOptions,
  product: MatrixProduct,
): Promise<Check> {
  const checkModule = await moduleChecker(ordered, options, product)
  return async (name, proposed) => {
    const { part, module } = partOf(name)
    return part === null
      ? checkModule(name, proposed)
      : checkCarried(name, await carriedOf(module, ordered, options, product), proposed, options, product)
  }
}

async function checkCarried(
  name: string,
  carried: readonly CarriedValue[],
  proposed: ModuleFactors,
  { seed, probeSeed }: VerifyOptions,
  product: MatrixProduct,
): Promise<string | null> {
  const own = carried.find((one) => one.name === name)
  if (own === undefined) return 'it is not carried'
  if ('value' in own) return numberFault(proposed, own.value)
  return verifyModule(name, own.mean, proposed, { rank: own.rank, scaling: 1, seed, probeSeed }, product)
}

async function moduleChecker(
  ordered: readonly Contribution[],
  options: VerifyOptions,
  product: MatrixProduct,
): Promise<Check> {
  const strategy = movingStrategy(options, product)
  const { probeSeed, weigher } = options
  if (strategy.kind === 'factors') {
    const { scaling } = moduleOptions(options)
    return async (module, proposed) => verifyMerge(strategy, weighted(module, ordered), proposed, scaling)
  }
  const meanOf = await meanOfRound(strategy, ordered, options.previous, product, { weigher })
  return async (module, proposed) => {
    const mean = await meanOf(module)
    return verifyModule(module, mean, proposed, { ...moduleOptions(options, mean), probeSeed }, product)
  }
}
