import type { Matrix, MatrixProduct } from '../base/matrix-product.ts'
import { columnNorms, scaleColumns } from './matrix.ts'
import { inverseTransposed, type PivotedCholesky, pivotedCholesky } from './pivoted-cholesky.ts'

/** Of columns of length 1, what may be left of one after the others before it counts as dependent (squared). */
const DEPENDENT = 1e-13
const ORTHONORMAL = 1e-14
const MOST_PASSES = 4

/**
 * An orthonormal basis of the columns of a tall matrix, by repeated Cholesky QR: a Gram matrix, its small factor,
 * one product (Yamamoto et al., ETNA 44, 2015), here with pivoting. Columns shorter than `shortest` and columns
 * that depend on the others are left out, so the basis may have fewer columns.
 */
export async function orthonormalise(
  tall: Matrix,
  shortest: number,
  product: MatrixProduct,
): Promise<Matrix> {
  let basis = unitColumns(tall, shortest)
  for (let pass = 0; pass < MOST_PASSES && basis.columns > 0; pass++) {
    const gram = await product.multiply(basis, basis, { transposeA: true })
    if (pass > 0 && deviation(gram) <= ORTHONORMAL * gram.rows) break
    const cholesky = pivotedCholesky(gram, DEPENDENT)
    basis = await product.multiply(chosenColumns(basis, cholesky), inverseTransposed(cholesky))
  }
  return basis
}

function unitColumns(tall: Matrix, shortest: number): Matrix {
  const norms = columnNorms(tall)
  const kept = [...norms.keys()].filter((j) => (norms[j] as number) > shortest)
  const scaled = scaleColumns(
    tall,
    norms.map((norm) => (norm > shortest ? 1 / norm : 0)),
  )
  return kept.length === tall.columns ? scaled : selectColumns(scaled, kept)
}

const chosenColumns = (basis: Matrix, { order, rank }: PivotedCholesky): Matrix =>
  selectColumns(basis, order.subarray(0, rank))

function selectColumns({ rows, columns, data }: Matrix, kept: ArrayLike<number>): Matrix {
  const out = new Float64Array(rows * kept.length)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < kept.length; j++) {
      out[i * kept.length + j] = data[i * columns + (kept[j] as number)] as number
    }
  }
  return { rows, columns: kept.length, data: out }
}

/** Largest distance of an entry from the identity's. */
export function deviation({ rows, data }: Matrix): number {
  let most = 0
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) {
      most = Math.max(most, Math.abs((data[i * rows + j] as number) - (i === j ? 1 : 0)))
    }
  }
  return most
}
