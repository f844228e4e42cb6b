import type { Factors, ModuleFactors } from '../base/adapter.ts'

/**
 * The best approximation of lower rank of a global module: its first directions. B is scaled so that
 * `scaling`·B·A of the slice is what `global.scaling`·B·A was on those directions.
 */
export function sliceToRank(global: ModuleFactors, rank: number, scaling: number): ModuleFactors {
  if (rank > global.rank) throw new RangeError(`cannot slice rank ${rank} out of rank ${global.rank}`)
  const { inFeatures, outFeatures } = global
  const b = new Float32Array(outFeatures * rank)
  const factor = global.scaling / scaling
  for (let i = 0; i < outFeatures; i++) {
    for (let j = 0; j < rank; j++) b[i * rank + j] = (global.b[i * global.rank + j] as number) * factor
  }
  return { rank, inFeatures, outFeatures, scaling, a: global.a.slice(0, rank * inFeatures), b }
}

/** Every module at one rank (lower where the global module's is). */
export function sliceFactors(global: Factors, rank: number, scalingOf: (rank: number) => number): Factors {
  return new Map(
    [...global].map(([module, factors]) => {
      const own = Math.min(rank, factors.rank)
      return [module, sliceToRank(factors, own, scalingOf(own))]
    }),
  )
}
