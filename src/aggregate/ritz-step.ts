import { SingularValueDecomposition, Matrix as SmallMatrix } from 'ml-matrix'
import type { Matrix, MatrixProduct } from '../base/matrix-product.ts'
import type { LinearOperator } from './linear-operator.ts'
import { zeros } from './matrix.ts'
import { orthonormalise } from './orthonormalise.ts'

/** Singular triplets, largest first: W·v ≈ σ·u and Wᵀ·u = σ·v. */
export interface Triplets {
  /** [rows, l], orthonormal columns. */
  readonly u: Matrix
  readonly sigma: Float64Array
  /** [columns, l], orthonormal columns. */
  readonly v: Matrix
}

/**
 * The best triplets whose left vectors lie in the span of the columns of `images` (Rayleigh–Ritz on both sides).
 * Images shorter than `shortest` are rounding noise and are left out.
 */
export async function ritzStep(
  operator: LinearOperator,
  images: Matrix,
  shortest: number,
  product: MatrixProduct,
): Promise<Triplets> {
  const left = await orthonormalise(images, shortest, product)
  if (left.columns === 0) return noTriplets(operator)
  const back = await operator.applyTransposed(left)
  const right = await orthonormalise(back, shortest, product)
  if (right.columns === 0) return noTriplets(operator)
  const core = await product.multiply(right, back, { transposeA: true })
  const { inner, sigma, outer } = smallSvd(core)
  return {
    u: await product.multiply(left, outer),
    sigma,
    v: await product.multiply(right, inner),
  }
}

const noTriplets = ({ rows, columns }: LinearOperator): Triplets => ({
  u: zeros(rows, 0),
  sigma: new Float64Array(),
  v: zeros(columns, 0),
})

interface SmallSvd {
  readonly inner: Matrix
  readonly sigma: Float64Array
  readonly outer: Matrix
}

/** core = inner · diag(sigma) · outerᵀ. A core has at most as many rows as columns. */
function smallSvd({ rows, columns, data }: Matrix): SmallSvd {
  const small = SmallMatrix.from1DArray(rows, columns, data as unknown as number[])
  const svd = new SingularValueDecomposition(small, { autoTranspose: true })
  return {
    inner: fromSmall(svd.leftSingularVectors, rows),
    sigma: Float64Array.from(svd.diagonal).slice(0, rows),
    outer: fromSmall(svd.rightSingularVectors, rows),
  }
}

function fromSmall(small: SmallMatrix, columns: number): Matrix {
  const out = new Float64Array(small.rows * columns)
  for (let i = 0; i < small.rows; i++) {
    for (let j = 0; j < columns; j++) out[i * columns + j] = small.get(i, j)
  }
  return { rows: small.rows, columns, data: out }
}
