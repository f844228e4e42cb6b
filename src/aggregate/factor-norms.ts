import type { ModuleFactors } from '../base/adapter.ts'

/** ⟨s·BA, s'·B'A'⟩_F = s·s'·tr((BᵀB')(A'Aᵀ)), from two small matrices of rank×rank' (float64). */
export function innerProduct(x: ModuleFactors, y: ModuleFactors): number {
  let sum = 0
  for (let i = 0; i < x.rank; i++) {
    for (let j = 0; j < y.rank; j++) sum += columnProduct(x, i, y, j) * rowProduct(x, i, y, j)
  }
  return sum * x.scaling * y.scaling
}

/** ‖s·BA − s'·B'A'‖²_F: three sums of one kind, so that what is the same has no distance. */
export const distanceSquared = (x: ModuleFactors, y: ModuleFactors): number =>
  Math.max(0, innerProduct(x, x) + innerProduct(y, y) - 2 * innerProduct(x, y))

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
