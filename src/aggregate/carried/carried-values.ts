import type { Factors } from '../../base/adapter.ts'
import type { MatrixProduct } from '../../base/matrix-product.ts'
import type { ModuleContribution } from '../contribution.ts'
import { type Mean, meanOfTerms } from '../mean.ts'
import type { ServerOptions } from '../server/server-options.ts'
import { serverStepOf } from '../server/server-strategy.ts'
import type { Strategy } from '../strategy.ts'
import { type CarriedPart, carriedName } from './carried-name.ts'

/** A part that travels beside a module: what is to be decomposed and at which rank, or one number. */
export type CarriedValue =
  | { readonly name: string; readonly mean: Mean; readonly rank: number }
  | { readonly name: string; readonly value: number }

export interface CarriedOptions {
  /** s of the adapter at the global rank. */
  readonly scaling: number
  /** The whole global factors before. */
  readonly previous: Factors | undefined
  readonly server?: ServerOptions
  /** Largest rank of what is added to the base. Default: none, so that nothing is lost. */
  readonly carryRank?: number
  /** Directions of each module that are left to the adapters above. Default 0. */
  readonly reservedRank?: number
}

/** Which parts travel beside each module. */
export function carriedParts(
  strategy: Strategy,
  server: Pick<ServerOptions, 'optimiser'> | undefined,
): readonly CarriedPart[] {
  if (strategy.kind === 'factors' && strategy.residual) return ['base']
  if (server === undefined) return []
  return server.optimiser === 'momentum' ? ['velocity'] : ['velocity', 'second']
}

/** What is carried beside one module; nothing for most strategies. */
export async function carriedValues(
  module: string,
  strategy: Strategy,
  contributions: readonly ModuleContribution[],
  options: CarriedOptions,
  product: MatrixProduct,
): Promise<CarriedValue[]> {
  const { scaling, previous, server } = options
  if (strategy.kind === 'factors' && strategy.residual) {
    const name = carriedName('base', module)
    const merged = strategy.merge(contributions, scaling)
    const mean = meanOfTerms(strategy.residual(contributions, merged, previous?.get(name)))
    return [{ name, mean, rank: carriedRank(mean, options.carryRank, options.reservedRank) }]
  }
  if (strategy.kind !== 'product' || server === undefined) return []
  const step = await serverStepOf(strategy, module, contributions, previous, server, product)
  const mean = meanOfTerms(step.velocity)
  const velocity = { name: carriedName('velocity', module), mean, rank: carriedRank(mean, server.rank) }
  return step.second === null
    ? [velocity]
    : [velocity, { name: carriedName('second', module), value: step.second }]
}

/** As many directions as the sum can have, at least one, and no more than there is room for. */
function carriedRank(mean: Mean, most = Number.POSITIVE_INFINITY, reservedRank = 0): number {
  const summands = mean.kind === 'stack' ? mean.left.rows : Number.POSITIVE_INFINITY
  return Math.max(1, Math.min(summands, most, roomBelow(mean, reservedRank)))
}

/** The rank that a module can have below adapters of a rank. */
export const roomBelow = (
  { inFeatures, outFeatures }: Pick<Mean, 'inFeatures' | 'outFeatures'>,
  reservedRank: number,
): number => Math.max(1, Math.min(inFeatures, outFeatures) - reservedRank)
