import type { MatrixProduct } from '../base/matrix-product.ts'
import { aggregateModule, type ModuleAggregate, type ModuleOptions } from './aggregate-module.ts'
import type { ModuleContribution } from './contribution.ts'
import { meanOfTerms } from './mean.ts'
import { requireRepresentable } from './require-representable.ts'
import type { FactorStrategy } from './strategy.ts'

/** Global factors of a strategy that merges factors; their product is decomposed for its singular values only. */
export async function mergeModule(
  module: string,
  strategy: FactorStrategy,
  contributions: readonly ModuleContribution[],
  options: ModuleOptions,
  product: MatrixProduct,
): Promise<ModuleAggregate> {
  const factors = requireRepresentable(module, strategy.merge(contributions, options.scaling))
  const decomposed = await aggregateModule(
    module,
    meanOfTerms([{ factors, coefficient: factors.scaling }]),
    { ...options, rank: factors.rank },
    product,
  )
  return { ...decomposed, factors, route: 'factors' }
}
