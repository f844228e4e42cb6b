import type { Factors, ModuleFactors } from '../base/adapter.ts'
import type { MatrixProduct } from '../base/matrix-product.ts'
import type { Contribution, ModuleContribution } from './contribution.ts'
import { denseCombination } from './dense-combination.ts'
import { type Mean, meanOfDense, meanOfTerms } from './mean.ts'
import { inMemoryModules, partsOf, sharesOfRound, type Weigher, weighInTurn } from './round-shares.ts'
import type { Strategy } from './strategy.ts'
import type { Workspace } from './workspace.ts'

type MeanStrategy = Exclude<Strategy, { kind: 'factors' }>

export interface MeanOptions {
  /** A weighing strategy's coefficients, where they are known already. */
  readonly shares?: readonly number[] | undefined
  /** Where a weighing strategy's inner products are taken. Default: here, one module after the other. */
  readonly weigher?: Weigher | undefined
  /** Memory of one mean at a time: the next takes the place of the one before. Default: each has its own. */
  readonly workspace?: Workspace | undefined
}

/** The mean of each module by a strategy, for contributions in canonical order. */
export async function meanOfRound(
  strategy: MeanStrategy,
  ordered: readonly Contribution[],
  previous: Factors | undefined,
  product: MatrixProduct,
  { shares: known, weigher = weighInTurn(product), workspace }: MeanOptions = {},
): Promise<(module: string) => Mean | Promise<Mean>> {
  if (strategy.kind === 'product') {
    return async (module) =>
      meanOfTerms(await strategy.terms(weighted(module, ordered), previous?.get(module), module), workspace)
  }
  if (strategy.kind === 'dense') {
    return async (module) => meanOfDense(await denseCombination(weighted(module, ordered), strategy, product))
  }
  const given = strategy.needsPrevious ? previous : undefined
  const shares = known ?? (await sharesOfRound(strategy, inMemoryModules(ordered), previous, weigher))
  return (module) => {
    const parts = partsOf(module, ordered, given)
    const terms = parts.map((factors, i) => ({
      factors,
      coefficient: (shares[i] as number) * factors.scaling,
    }))
    return meanOfTerms(terms, workspace)
  }
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
