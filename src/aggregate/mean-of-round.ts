import type { Factors, ModuleFactors } from '../base/adapter.ts'
import type { Matrix, MatrixProduct } from '../base/matrix-product.ts'
import type { Contribution, ModuleContribution } from './contribution.ts'
import { denseCombination } from './dense-combination.ts'
import { innerProducts } from './inner-products.ts'
import { type Mean, meanOfDense, meanOfTerms } from './mean.ts'
import { moduleNames } from './order-contributions.ts'
import type { Strategy, WeighingStrategy } from './strategy.ts'

type MeanStrategy = Exclude<Strategy, { kind: 'factors' }>

/** The mean of each module by a strategy, for contributions in canonical order. */
export async function meanOfRound(
  strategy: MeanStrategy,
  ordered: readonly Contribution[],
  previous: Factors | undefined,
  product: MatrixProduct,
  known?: readonly number[],
): Promise<(module: string) => Mean | Promise<Mean>> {
  if (strategy.kind === 'product') {
    return async (module) =>
      meanOfTerms(await strategy.terms(weighted(module, ordered), previous?.get(module), module))
  }
  if (strategy.kind === 'dense') {
    return async (module) => meanOfDense(await denseCombination(weighted(module, ordered), strategy, product))
  }
  const given = strategy.needsPrevious ? previous : undefined
  const shares = known ?? (await sharesOfRound(strategy, [ordered], given, product))
  return (module) => {
    const parts = partsOf(module, ordered, given)
    return meanOfTerms(
      parts.map((factors, i) => ({ factors, coefficient: (shares[i] as number) * factors.scaling })),
    )
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
