import type { Float32Matrix, Matrix, MatrixProduct, ProductOptions } from '../base/matrix-product.ts'
import { transposed } from './matrix.ts'

/** Products in plain JavaScript, up to 2 GF/s: for small matrices and for tests without a native library. */
export const plainMatrixProduct: MatrixProduct = {
  multiply: async (a, b, options) => multiplyPlain(a, b, options),
}

/** op(A)·op(B), row by row with contiguous inner loops. */
export function multiplyPlain(
  a: Matrix | Float32Matrix,
  b: Matrix | Float32Matrix,
  options: ProductOptions = {},
): Matrix {
  const left = options.transposeA ? transposed(a) : a
  const right = options.transposeB ? transposed(b) : b
  if (left.columns !== right.rows) {
    throw new RangeError(`cannot multiply ${left.rows}×${left.columns} by ${right.rows}×${right.columns}`)
  }
  const round = options.single ? Math.fround : exactly
  const out = new (options.single ? Float32Array : Float64Array)(left.rows * right.columns)
  for (let i = 0; i < left.rows; i++) {
    const row = out.subarray(i * right.columns, (i + 1) * right.columns)
    for (let t = 0; t < left.columns; t++) {
      const factor = round(left.data[i * left.columns + t] as number)
      if (factor !== 0) addScaled(row, right.data, t * right.columns, factor)
    }
  }
  return { rows: left.rows, columns: right.columns, data: Float64Array.from(out) }
}

const exactly = (value: number): number => value

type Floats = Float32Array | Float64Array

function addScaled(row: Floats, from: Floats, start: number, factor: number): void {
  for (let j = 0; j < row.length; j++) {
    row[j] = (row[j] as number) + factor * (from[start + j] as number)
  }
}
