import type { Factors } from '../../base/adapter.ts'
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

/** Columns of B carry the singular values: without the first one the leading direction is gone. */
export const spoilAggregate = (
  factors: Factors,
  lie: Exclude<AggregateLie, 'dropped-contribution'>,
): Factors =>
  eachB(factors, (value, column) => (lie === 'wrong-sum' ? 1.05 * value : column === 0 ? 0 : value))
