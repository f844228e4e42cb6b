import type { Factors, ModuleFactors } from '../base/adapter.ts'
import { random } from '../base/random.ts'
import { fillFreeDirections } from './free-directions.ts'
import { sliceToRank } from './slice-to-rank.ts'

export interface FitOptions {
  readonly rank: number
  /** What multiplies B·A at that rank. */
  readonly scaling: number
  /** The charter's seed, for directions that the global factors do not have. */
  readonly seed: string
}

/**
 * Global factors as a peer of any rank starts from them: their first directions; or all of them and then free ones,
 * drawn from the seed, orthogonal to them, with B = 0, where the peer's rank is larger than the global one's.
 */
export function fitFactors(global: Factors, options: FitOptions): Factors {
  return new Map([...global].map(([name, module]) => [name, fitModule(name, module, options)]))
}

function fitModule(name: string, module: ModuleFactors, { rank, scaling, seed }: FitOptions): ModuleFactors {
  if (rank <= module.rank) return sliceToRank(module, rank, scaling)
  const { inFeatures, outFeatures } = module
  const a = new Float64Array(rank * inFeatures)
  a.set(module.a)
  fillFreeDirections(a, rank, inFeatures, module.rank, random(seed, 'widen', name))
  const narrow = sliceToRank(module, module.rank, scaling)
  const b = new Float32Array(outFeatures * rank)
  for (let i = 0; i < outFeatures; i++) {
    b.set(narrow.b.subarray(i * module.rank, (i + 1) * module.rank), i * rank)
  }
  return { rank, inFeatures, outFeatures, scaling, a: Float32Array.from(a), b }
}
