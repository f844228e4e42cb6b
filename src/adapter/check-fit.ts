import type { Factors } from '../base/adapter.ts'
import { AdapterMismatchError, RankTooLargeError } from './adapter-errors.ts'
import type { ModuleShape } from './module-shape.ts'

/**
 * Checks that factors belong to a base model with these linear modules.
 * Throws `AdapterMismatchError` or `RankTooLargeError`.
 */
export function checkFit(factors: Factors, modules: readonly ModuleShape[]): void {
  const shapes = new Map(modules.map((module) => [module.name, module]))
  for (const [name, { rank, inFeatures, outFeatures }] of factors) {
    const shape = shapes.get(name)
    if (!shape) throw new AdapterMismatchError(name, 'is not one of its linear modules')
    if (shape.inFeatures !== inFeatures || shape.outFeatures !== outFeatures) {
      const found = `${outFeatures}×${inFeatures} in the adapter`
      throw new AdapterMismatchError(
        name,
        `is ${found}, ${shape.outFeatures}×${shape.inFeatures} in the model`,
      )
    }
    checkRank(rank, shape)
  }
}

/** Throws `RankTooLargeError` unless the rank is a whole number within both of the module's dimensions. */
export function checkRank(rank: number, { name, inFeatures, outFeatures }: ModuleShape): void {
  const maximum = Math.min(inFeatures, outFeatures)
  if (!Number.isInteger(rank) || rank < 1 || rank > maximum) throw new RankTooLargeError(name, rank, maximum)
}
