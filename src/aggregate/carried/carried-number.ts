import type { ModuleFactors } from '../../base/adapter.ts'
import type { ModuleAggregate } from '../aggregate-module.ts'

/** Of the number: a rounding of float32, and of the sums behind it. */
const SAME = 1e-5

/** One number as a 1×1 matrix, so that it travels like everything else. */
export function carriedNumber(value: number): ModuleAggregate {
  const factors = {
    rank: 1,
    inFeatures: 1,
    outFeatures: 1,
    scaling: 1,
    a: Float32Array.of(1),
    b: Float32Array.of(value),
  }
  const singularValues = Float64Array.of(Math.abs(value))
  return { factors, singularValues, energy: value * value, route: 'factors', rounds: 0, residual: 0 }
}

/** Why proposed factors are not that number, or null. */
export function numberFault(
  { rank, inFeatures, outFeatures, scaling, a, b }: ModuleFactors,
  value: number,
): string | null {
  const single = [rank, inFeatures, outFeatures, scaling, a.length, b.length, a[0]].every((one) => one === 1)
  if (!single) return 'it is not one number'
  return Math.abs((b[0] as number) - value) <= SAME * Math.abs(value) ? null : `it is ${b[0]}, not ${value}`
}
