import type { ModuleFactors } from '../base/adapter.ts'

/** ⟨s·BA, s'·B'A'⟩_F = s·s'·tr((BᵀB')(A'Aᵀ)), from two small matrices of rank×rank' (float64). */
export function innerProduct(x: ModuleFactors, y: ModuleFactors): number {
  let sum = 0
  for (let i = 0; i < x.rank; i++) {
    for (let j = 0; j < y.rank; j++) sum += columnProduct(x, i, y, j) * rowProduct(x, i, y, j)
  }
  return sum * x.scaling * y.scaling
}

/**
 * ‖s·BA‖²_F = s²·tr((BᵀB)(AAᵀ)) on the thread that asks, for what cannot wait: half the operations of an inner product,
 * and B row by row as it lies in memory. `productNormSquared` leaves the thread free.
 */
export function normSquared({ rank, inFeatures, outFeatures, scaling, a, b }: ModuleFactors): number {
  const left = new Float64Array(rank * rank)
  for (let row = 0; row < outFeatures; row++) addOuter(left, b, row * rank, rank)
  let sum = 0
  for (let i = 0; i < rank; i++) {
    for (let j = 0; j <= i; j++) {
      const pair = (left[i * rank + j] as number) * rowsProduct(a, i * inFeatures, j * inFeatures, inFeatures)
      sum += i === j ? pair : 2 * pair
    }
  }
  return Math.max(0, sum * scaling * scaling)
}

/** The lower half of x·xᵀ, x being `count` values from a place on. */
function addOuter(sum: Float64Array, values: Float32Array, start: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const value = values[start + i] as number
    const base = i * count
    for (let j = 0; j <= i; j++)
      sum[base + j] = (sum[base + j] as number) + value * (values[start + j] as number)
  }
}

function rowsProduct(values: Float32Array, first: number, second: number, count: number): number {
  let sum = 0
  for (let at = 0; at < count; at++) sum += (values[first + at] as number) * (values[second + at] as number)
  return sum
}

/** ‖s·BA − s'·B'A'‖²_F. */
export const distanceSquared = (x: ModuleFactors, y: ModuleFactors): number =>
  Math.max(0, normSquared(x) + normSquared(y) - 2 * innerProduct(x, y))

function columnProduct(x: ModuleFactors, i: number, y: ModuleFactors, j: number): number {
  let sum = 0
  for (let row = 0; row < x.outFeatures; row++) {
    sum += (x.b[row * x.rank + i] as number) * (y.b[row * y.rank + j] as number)
  }
  return sum
}

function rowProduct(x: ModuleFactors, i: number, y: ModuleFactors, j: number): number {
  const k = x.inFeatures
  let sum = 0
  for (let column = 0; column < k; column++) {
    sum += (x.a[i * k + column] as number) * (y.a[j * k + column] as number)
  }
  return sum
}
