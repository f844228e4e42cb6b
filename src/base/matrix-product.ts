/** A dense row-major float64 matrix. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly data: Float64Array
}

export interface ProductOptions {
  /** Multiply by Aᵀ instead of A. Default false. */
  readonly transposeA?: boolean
  /** Multiply by Bᵀ instead of B. Default false. */
  readonly transposeB?: boolean
}

/** The port through which every large product of float64 matrices goes: op(A)·op(B). */
export interface MatrixProduct {
  multiply(a: Matrix, b: Matrix, options?: ProductOptions): Promise<Matrix>
}
