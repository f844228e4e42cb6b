import type { Matrix } from '../base/matrix-product.ts'

export interface PivotedCholesky {
  /** Rows of the matrix in the order in which they were chosen; the first `rank` are independent. */
  readonly order: Int32Array
  readonly rank: number
  /** [n, rank], rows in the matrix's own order: G ≈ factor · factorᵀ. */
  readonly factor: Matrix
}

/**
 * G = F·Fᵀ for a symmetric positive semidefinite G, with the largest remaining diagonal as pivot; it stops where
 * that falls below `tolerance` times the largest (Higham, Accuracy and Stability of Numerical Algorithms, §10.3).
 */
export function pivotedCholesky(gram: Matrix, tolerance: number): PivotedCholesky {
  const n = gram.rows
  const rest = Float64Array.from({ length: n }, (_, i) => gram.data[i * n + i] as number)
  const floor = tolerance * rest.reduce((most, value) => Math.max(most, value), 0)
  const order = Int32Array.from({ length: n }, (_, i) => i)
  const rows = Array.from({ length: n }, () => new Float64Array(n))
  let rank = 0
  while (rank < n) {
    const at = largest(rest, order, rank)
    const pivot = order[at] as number
    if (!((rest[pivot] as number) > floor)) break
    order[at] = order[rank] as number
    order[rank] = pivot
    eliminate(gram, rows, rest, order, rank)
    rank++
  }
  const factor = new Float64Array(n * rank)
  for (const [i, row] of rows.entries()) factor.set(row.subarray(0, rank), i * rank)
  return { order, rank, factor: { rows: n, columns: rank, data: factor } }
}

function largest(rest: Float64Array, order: Int32Array, from: number): number {
  let at = from
  for (let i = from + 1; i < order.length; i++) {
    if ((rest[order[i] as number] as number) > (rest[order[at] as number] as number)) at = i
  }
  return at
}

/** Computes column `step` of the factor for every row that was not a pivot yet. */
function eliminate(
  gram: Matrix,
  rows: Float64Array[],
  rest: Float64Array,
  order: Int32Array,
  step: number,
): void {
  const pivot = order[step] as number
  const pivotRow = rows[pivot] as Float64Array
  const root = Math.sqrt(rest[pivot] as number)
  pivotRow[step] = root
  for (let i = step + 1; i < order.length; i++) {
    const index = order[i] as number
    const row = rows[index] as Float64Array
    let sum = gram.data[index * gram.columns + pivot] as number
    for (let t = 0; t < step; t++) sum -= (row[t] as number) * (pivotRow[t] as number)
    const value = sum / root
    row[step] = value
    rest[index] = (rest[index] as number) - value * value
  }
}

/** (L⁻¹)ᵀ of the lower triangle that the first `rank` chosen rows of the factor form: upper triangular. */
export function inverseTransposed({ order, rank, factor }: PivotedCholesky): Matrix {
  const out = new Float64Array(rank * rank)
  for (let column = 0; column < rank; column++) {
    // Row `column` of the result holds column `column` of L⁻¹, found by forward substitution.
    const row = out.subarray(column * rank, (column + 1) * rank)
    for (let i = column; i < rank; i++) {
      const base = (order[i] as number) * rank
      let sum = i === column ? 1 : 0
      for (let t = column; t < i; t++) sum -= (factor.data[base + t] as number) * (row[t] as number)
      row[i] = sum / (factor.data[base + i] as number)
    }
  }
  return { rows: rank, columns: rank, data: out }
}
