import type { Factors } from '../../base/adapter.ts'
import type { MatrixProduct } from '../../base/matrix-product.ts'
import { carriedName } from '../carried/carried-name.ts'
import type { ModuleContribution } from '../contribution.ts'
import type { ProductStrategy, Strategy } from '../strategy.ts'
import type { ServerOptions } from './server-options.ts'
import { type ServerStep, serverStep } from './server-step.ts'

/** Why a strategy's mean cannot be a server optimiser's gradient, or null. */
export function serverRefusal(strategy: Strategy): string | null {
  if (strategy.kind === 'factors')
    return 'a server optimiser moves ΔW, and this strategy averages the factors each by itself'
  if (strategy.foldsIntoBase === true)
    return 'a server optimiser moves ΔW, and this strategy adds it to the base for good'
  return strategy.kind === 'product'
    ? null
    : 'a server optimiser works on weighted sums of the contributions, and this strategy chooses among them'
}

/** One module's step of the server optimiser on a strategy's mean. */
export async function serverStepOf(
  strategy: ProductStrategy,
  module: string,
  contributions: readonly ModuleContribution[],
  previous: Factors | undefined,
  server: ServerOptions,
  product: MatrixProduct,
): Promise<ServerStep> {
  const memory = {
    previous: previous?.get(module),
    velocity: previous?.get(carriedName('velocity', module)),
    second: previous?.get(carriedName('second', module)),
  }
  const mean = await strategy.terms(contributions, memory.previous, module)
  return serverStep(mean, memory, server, product)
}

/** A strategy whose mean moves the global ΔW by a server optimiser. */
export const withServer = (
  strategy: ProductStrategy,
  server: ServerOptions,
  previous: Factors | undefined,
  product: MatrixProduct,
): ProductStrategy => ({
  ...strategy,
  needsPrevious: true,
  terms: async (contributions, _, module) =>
    (await serverStepOf(strategy, module, contributions, previous, server, product)).terms,
})
