/** A dense row-major float64 matrix. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly data: Float64Array
}

/** A dense row-major matrix as factors are stored. Products widen it to float64, which is exact. */
export interface Float32Matrix {
  readonly rows: number
  readonly columns: number
  readonly data: Float32Array
}

export interface ProductOptions {
  /** Multiply by Aᵀ instead of A. Default false. */
  readonly transposeA?: boolean
  /** Multiply by Bᵀ instead of B. Default false. */
  readonly transposeB?: boolean
  /** Round the operands to float32 and add in it: twice as fast, for what is refined afterwards. Default false. */
  readonly single?: boolean
}

/** The port through which every large matrix product goes: op(A)·op(B). */
export interface MatrixProduct {
  multiply(a: Matrix | Float32Matrix, b: Matrix | Float32Matrix, options?: ProductOptions): Promise<Matrix>
}
