import type { Factors } from '../../base/adapter.ts'
import type { ModuleContribution } from '../contribution.ts'
import { type Mean, meanOfTerms } from '../mean.ts'
import type { Strategy } from '../strategy.ts'
import { type CarriedPart, carriedName } from './carried-name.ts'

/** A part that travels beside a module: what is to be decomposed, and at which rank. */
export interface CarriedMean {
  readonly name: string
  readonly mean: Mean
  readonly rank: number
}

export interface CarriedOptions {
  /** s of the adapter at the global rank. */
  readonly scaling: number
  /** The whole global factors before. */
  readonly previous: Factors | undefined
  /** Largest rank of a part. Default: none, so that nothing is lost. */
  readonly carryRank?: number
  /** Directions of each module that are left to the adapters above. Default 0. */
  readonly reservedRank?: number
}

/** Which parts a strategy carries beside each module. */
export const carriedParts = (strategy: Strategy): readonly CarriedPart[] =>
  strategy.kind === 'factors' && strategy.residual ? ['base'] : []

/** What a strategy carries beside one module; nothing for most. */
export function carriedMeans(
  module: string,
  strategy: Strategy,
  contributions: readonly ModuleContribution[],
  { scaling, previous, ...limits }: CarriedOptions,
): CarriedMean[] {
  if (strategy.kind !== 'factors' || !strategy.residual) return []
  const name = carriedName('base', module)
  const merged = strategy.merge(contributions, scaling)
  const mean = meanOfTerms(strategy.residual(contributions, merged, previous?.get(name)))
  return [{ name, mean, rank: carriedRank(mean, limits) }]
}

/** As many directions as the sum can have, at least one, and no more than there is room for. */
function carriedRank(
  mean: Mean,
  {
    carryRank = Number.POSITIVE_INFINITY,
    reservedRank = 0,
  }: Pick<CarriedOptions, 'carryRank' | 'reservedRank'>,
): number {
  const summands = mean.kind === 'stack' ? mean.left.rows : Number.POSITIVE_INFINITY
  return Math.max(1, Math.min(summands, carryRank, roomBelow(mean, reservedRank)))
}

/** The rank that a module can have below adapters of a rank. */
export const roomBelow = (
  { inFeatures, outFeatures }: Pick<Mean, 'inFeatures' | 'outFeatures'>,
  reservedRank: number,
): number => Math.max(1, Math.min(inFeatures, outFeatures) - reservedRank)
