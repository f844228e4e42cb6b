import type { Float32Matrix, Matrix, MatrixProduct } from '../base/matrix-product.ts'
import { scaleRows, zeros } from './matrix.ts'
import type { StackedProduct } from './stacked-product.ts'

/** A matrix known by what it does to blocks of columns. */
export interface LinearOperator {
  readonly rows: number
  readonly columns: number
  /** [columns, l] → [rows, l]. */
  apply(block: Matrix): Promise<Matrix>
  /** [rows, l] → [columns, l]. */
  applyTransposed(block: Matrix): Promise<Matrix>
}

export interface FactoredOptions {
  /** In float32, for what is refined afterwards. Default false. */
  readonly single?: boolean
}

/**
 * Bytes of float64 that a slice of the stack is widened to at a time. Memory stays small, and allocators hand blocks
 * of up to 32 MiB out again, where larger ones are mapped anew for each product (three times slower).
 */
const SLICE_BYTES = 24 * 2 ** 20

/** ΔW as its stack: 2(d+k)Rl operations a block. */
export function factoredOperator(
  stack: StackedProduct,
  product: MatrixProduct,
  { single = false }: FactoredOptions = {},
): LinearOperator {
  const { left, right, outFeatures, inFeatures } = stack
  const scale = stack.leftScale.map((value, i) => value * (stack.rightScale[i] as number))
  const rows = left.rows
  const height = single ? rows : Math.max(1, Math.floor(SLICE_BYTES / 8 / Math.max(outFeatures, inFeatures)))
  /** Σ over slices of outwardᵀ · diag(scale) · (inward · block). */
  const through = async (inward: Float32Matrix, outward: Float32Matrix, block: Matrix): Promise<Matrix> => {
    let sum = zeros(outward.columns, block.columns)
    for (let start = 0; start < rows; start += height) {
      const end = Math.min(rows, start + height)
      const inner = await product.multiply(slice(inward, start, end), block, { single })
      const scaled = scaleRows(inner, scale.subarray(start, end))
      const part = await product.multiply(slice(outward, start, end), scaled, { transposeA: true, single })
      sum = start === 0 ? part : added(sum, part)
    }
    return sum
  }
  return {
    rows: outFeatures,
    columns: inFeatures,
    apply: (block) => through(right, left, block),
    applyTransposed: (block) => through(left, right, block),
  }
}

/** ΔW multiplied out: 2dkl operations a block. */
export function denseOperator(dense: Matrix, product: MatrixProduct): LinearOperator {
  return {
    rows: dense.rows,
    columns: dense.columns,
    apply: (block) => product.multiply(dense, block),
    applyTransposed: (block) => product.multiply(dense, block, { transposeA: true }),
  }
}

/** The mean itself, [outFeatures, inFeatures]. */
export async function denseProduct(
  { left, right, leftScale, rightScale }: StackedProduct,
  product: MatrixProduct,
): Promise<Matrix> {
  const scaled = scaleRows(
    right,
    rightScale.map((value, i) => value * (leftScale[i] as number)),
  )
  return product.multiply(left, scaled, { transposeA: true })
}

function slice({ columns, data }: Float32Matrix, start: number, end: number): Float32Matrix {
  return { rows: end - start, columns, data: data.subarray(start * columns, end * columns) }
}

function added(sum: Matrix, part: Matrix): Matrix {
  for (let i = 0; i < sum.data.length; i++) sum.data[i] = (sum.data[i] as number) + (part.data[i] as number)
  return sum
}
