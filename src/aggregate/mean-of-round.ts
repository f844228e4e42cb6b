import type { Factors, ModuleFactors } from '../base/adapter.ts'
import type { Matrix, MatrixProduct } from '../base/matrix-product.ts'
import type { Contribution, ModuleContribution } from './contribution.ts'
import { denseCombination } from './dense-combination.ts'
import { innerProducts } from './inner-products.ts'
import { type Mean, meanOfDense, meanOfTerms } from './mean.ts'
import { moduleNames } from './order-contributions.ts'
import type { Strategy, WeighingStrategy } from './strategy.ts'
import type { Workspace } from './workspace.ts'

type MeanStrategy = Exclude<Strategy, { kind: 'factors' }>

export interface MeanOptions {
  /** A weighing strategy's coefficients, where they are known already. */
  readonly shares?: readonly number[] | undefined
  /** Memory of one mean at a time: the next takes the place of the one before. Default: each has its own. */
  readonly workspace?: Workspace | undefined
}

/** The mean of each module by a strategy, for contributions in canonical order. */
export async function meanOfRound(
  strategy: MeanStrategy,
  ordered: readonly Contribution[],
  previous: Factors | undefined,
  product: MatrixProduct,
  { shares: known, workspace }: MeanOptions = {},
): Promise<(module: string) => Mean | Promise<Mean>> {
  if (strategy.kind === 'product') {
    return async (module) =>
      meanOfTerms(await strategy.terms(weighted(module, ordered), previous?.get(module), module), workspace)
  }
  if (strategy.kind === 'dense') {
    return async (module) => meanOfDense(await denseCombination(weighted(module, ordered), strategy, product))
  }
  const given = strategy.needsPrevious ? previous : undefined
  const shares = known ?? (await sharesOfRound(strategy, [ordered], given, product))
  return (module) => {
    const parts = partsOf(module, ordered, given)
    const terms = parts.map((factors, i) => ({
      factors,
      coefficient: (shares[i] as number) * factors.scaling,
    }))
    return meanOfTerms(terms, workspace)
  }
}

/**
 * The coefficients of a weighing strategy. `batches` are the same contributions, in canonical order, with some of
 * their modules each: all at once, or one after the other where memory holds no more.
 */
export async function sharesOfRound(
  strategy: WeighingStrategy,
  batches: Iterable<readonly Contribution[]> | AsyncIterable<readonly Contribution[]>,
  previous: Factors | undefined,
  product: MatrixProduct,
): Promise<number[]> {
  let sums: Float64Array | undefined
  let weights: number[] = []
  for await (const ordered of batches) {
    const total = ordered.reduce((sum, { samples }) => sum + samples, 0)
    weights = ordered.map(({ samples }) => samples / total)
    for (const module of moduleNames((ordered[0] as Contribution).factors)) {
      const { data } = await innerProducts(partsOf(module, ordered, previous), product)
      sums = sums ? sums.map((value, i) => value + (data[i] as number)) : data
    }
  }
  const count = weights.length + (previous ? 1 : 0)
  const products: Matrix = { rows: count, columns: count, data: sums ?? new Float64Array(count * count) }
  return strategy.coefficients({ products, weights, hasPrevious: previous !== undefined })
}

function partsOf(
  module: string,
  ordered: readonly Contribution[],
  previous: Factors | undefined,
): ModuleFactors[] {
  const own = ordered.map(({ factors }) => factors.get(module) as ModuleFactors)
  return previous ? [...own, previous.get(module) as ModuleFactors] : own
}

/** One module of every contribution, with its share of all samples. */
export function weighted(module: string, ordered: readonly Contribution[]): ModuleContribution[] {
  const total = ordered.reduce((sum, { samples }) => sum + samples, 0)
  return ordered.map(({ peer, samples, factors }) => ({
    peer,
    weight: samples / total,
    factors: factors.get(module) as ModuleFactors,
  }))
}
