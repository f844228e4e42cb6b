import type { ModuleFactors } from '../base/adapter.ts'
import type { MatrixProduct } from '../base/matrix-product.ts'
import { random } from '../base/random.ts'
import { AggregateRankError } from './aggregate-errors.ts'
import type { Route } from './cost-model.ts'
import { NEGLIGIBLE } from './filtered-iteration.ts'
import { fillFreeDirections } from './free-directions.ts'
import { leadingTriplets } from './leading-triplets.ts'
import type { Mean } from './mean.ts'
import { requireRepresentable } from './require-representable.ts'
import type { Triplets } from './ritz-step.ts'

/** The mean of one module, as its best approximation of the rank asked for. */
export interface ModuleAggregate {
  /** A = Vᵀ, B = UΣ/s in float32; rows past the mean's rank are free directions with B = 0. */
  readonly factors: ModuleFactors
  /** The leading singular values of the mean; 0 past its rank. */
  readonly singularValues: Float64Array
  /** ‖ΔW‖²_F of the whole mean. */
  readonly energy: number
  readonly route: Route | 'zero' | 'factors'
  readonly rounds: number
  /** Bound on the error of B·A that the decomposition leaves, relative to the largest singular value. */
  readonly residual: number
}

export interface ModuleOptions {
  readonly rank: number
  /** s: what multiplies B·A at this rank. */
  readonly scaling: number
  /** The charter's seed. */
  readonly seed: string
  /** Takes this route instead of the cheapest. */
  readonly route?: Route
}

/**
 * A mean → its best approximation at a rank (DESIGN §5). It is multiplied out only where that is cheaper. Throws
 * `AggregateRankError`, `AggregateOverflowError`.
 */
export async function aggregateModule(
  module: string,
  mean: Mean,
  { rank, scaling, seed, route }: ModuleOptions,
  product: MatrixProduct,
): Promise<ModuleAggregate> {
  const { outFeatures, inFeatures, scale } = mean
  const most = Math.min(outFeatures, inFeatures)
  if (!Number.isInteger(rank) || rank < 1 || rank > most) throw new AggregateRankError(module, rank, most)
  const found =
    scale === 0 ? null : await leadingTriplets(mean, rank, random(seed, 'iteration', module), product, route)
  const live = found ? liveCount(found.triplets, scale) : 0
  const singularValues = new Float64Array(rank)
  if (found) singularValues.set(found.triplets.sigma.subarray(0, live))
  const a = new Float64Array(rank * inFeatures)
  const b = new Float32Array(outFeatures * rank)
  if (found) writeLive(found.triplets, live, rank, scaling, a, b)
  fillFreeDirections(a, rank, inFeatures, live, freeChance(seed, module))
  const factors = { rank, inFeatures, outFeatures, scaling, a: Float32Array.from(a), b }
  return {
    factors: requireRepresentable(module, factors),
    singularValues,
    energy: live === 0 ? 0 : (found?.energy ?? 0),
    route: found?.route ?? 'zero',
    rounds: found?.rounds ?? 0,
    residual: found?.residual ?? 0,
  }
}

/** The chance that free directions are drawn from; verifiers draw them again. */
export const freeChance = (seed: string, module: string) => random(seed, 'free', module)

/** Triplets that are more than rounding, of float32 beside σ₁ or of float64 beside what was added up. */
function liveCount({ sigma }: Triplets, scale: number): number {
  const floor = Math.max(NEGLIGIBLE * (sigma[0] ?? 0), 1e-13 * scale)
  return sigma.filter((value) => value > floor).length
}

function writeLive(
  { u, sigma, v }: Triplets,
  live: number,
  rank: number,
  scaling: number,
  a: Float64Array,
  b: Float32Array,
): void {
  for (let j = 0; j < live; j++) {
    const sign = columnSign(v.data, v.columns, v.rows, j)
    for (let i = 0; i < v.rows; i++) a[j * v.rows + i] = sign * (v.data[i * v.columns + j] as number)
    const factor = (sign * (sigma[j] as number)) / scaling
    for (let i = 0; i < u.rows; i++) b[i * rank + j] = factor * (u.data[i * u.columns + j] as number)
  }
}

/** Singular vectors are known up to a sign: the entry of V that is largest is made positive. */
function columnSign(data: Float64Array, columns: number, rows: number, column: number): 1 | -1 {
  let largest = 0
  for (let i = 0; i < rows; i++) {
    const value = data[i * columns + column] as number
    if (Math.abs(value) > Math.abs(largest)) largest = value
  }
  return largest < 0 ? -1 : 1
}
