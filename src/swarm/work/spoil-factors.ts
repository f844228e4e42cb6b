import type { Factors, ModuleFactors } from '../../base/adapter.ts'
import type { AggregateLie, TrainingLie } from './peer-work.ts'

const eachB = (factors: Factors, change: (value: number, column: number) => number): Factors =>
  new Map(
    [...factors].map(([name, module]) => [
      name,
      { ...module, b: module.b.map((value, at) => change(value, at % module.rank)) },
    ]),
  )

export function spoilTraining(factors: Factors, lie: TrainingLie): Factors {
  if (lie === 'nan') return eachB(factors, () => Number.NaN)
  return eachB(factors, (value) => (lie === 'scaled' ? 100 * value : -value))
}

type FactorLie = Exclude<AggregateLie, 'dropped-contribution'>

/** Columns of B carry the singular values: without the first one the leading direction is gone. */
const CHANGES: Readonly<Record<FactorLie, (factors: Factors) => Factors>> = {
  'wrong-sum': (factors) => eachB(factors, (value) => 1.05 * value),
  'dropped-direction': (factors) => eachB(factors, (value, column) => (column === 0 ? 0 : value)),
  'swapped-directions': (factors) => eachModule(factors, swapFirstTwo),
  'one-module': (factors) => {
    const [[name, module] = []] = factors
    return name === undefined || module === undefined
      ? factors
      : new Map([...factors, ...eachB(new Map([[name, module]]), (value) => 1.05 * value)])
  },
}

export const spoilAggregate = (factors: Factors, lie: FactorLie): Factors => CHANGES[lie](factors)

const eachModule = (factors: Factors, change: (module: ModuleFactors) => ModuleFactors): Factors =>
  new Map([...factors].map(([name, module]) => [name, change(module)]))

/** The same ΔW, but a peer of rank 1 would get the second direction. */
function swapFirstTwo(module: ModuleFactors): ModuleFactors {
  const { rank, inFeatures } = module
  if (rank < 2) return module
  const swap = (at: number) => (at === 0 ? 1 : at === 1 ? 0 : at)
  return {
    ...module,
    a: module.a.map(
      (_, at) => module.a[swap(Math.floor(at / inFeatures)) * inFeatures + (at % inFeatures)] as number,
    ),
    b: module.b.map((_, at) => module.b[at - (at % rank) + swap(at % rank)] as number),
  }
}
