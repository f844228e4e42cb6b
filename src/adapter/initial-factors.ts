import type { Factors, ModuleFactors } from '../base/adapter.ts'
import { random } from '../base/random.ts'
import { checkRank } from './check-fit.ts'
import type { ModuleShape } from './module-shape.ts'

export interface InitialFactorsOptions {
  /** The charter's seed: the same for every peer. */
  readonly seed: string
  readonly modules: readonly ModuleShape[]
  readonly rankOf: (module: string) => number
  readonly scalingOf: (module: string) => number
}

/**
 * The factors that training starts from. A of rank r is the first r rows of one matrix per module, so that peers of
 * different ranks start inside each other's space without talking; B is 0, so that the model starts as its base.
 * Throws `RankTooLargeError`.
 */
export function initialFactors({ seed, modules, rankOf, scalingOf }: InitialFactorsOptions): Factors {
  return new Map(
    modules.map((module) => [
      module.name,
      initialModule(seed, module, rankOf(module.name), scalingOf(module.name)),
    ]),
  )
}

/** Kaiming-uniform with a = √5, as `peft` draws A: uniform within ±1/√in, row after row. */
function initialModule(seed: string, module: ModuleShape, rank: number, scaling: number): ModuleFactors {
  checkRank(rank, module)
  const { name, inFeatures, outFeatures } = module
  const chance = random(seed, 'init', name)
  const bound = 1 / Math.sqrt(inFeatures)
  const a = Float32Array.from({ length: rank * inFeatures }, () => (2 * chance.uniform() - 1) * bound)
  return { rank, inFeatures, outFeatures, scaling, a, b: new Float32Array(outFeatures * rank) }
}
