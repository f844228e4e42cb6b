import type { Matrix, MatrixProduct } from '../base/matrix-product.ts'
import type { Random } from '../base/random.ts'

/** A block of ±1, the start of an iteration. */
export function signBlock(rows: number, columns: number, chance: Random): Matrix {
  const data = new Float64Array(rows * columns)
  for (let i = 0; i < data.length; i++) data[i] = chance.integer(2) * 2 - 1
  return { rows, columns, data }
}

/**
 * Brings a block back to `columns` columns after dependent ones were dropped: fresh ones are made orthogonal to
 * those that are there, so that what they find is new.
 */
export async function refillBlock(
  block: Matrix,
  columns: number,
  chance: Random,
  product: MatrixProduct,
): Promise<Matrix> {
  const missing = columns - block.columns
  if (missing <= 0) return block
  const fresh = signBlock(block.rows, missing, chance)
  const known =
    block.columns === 0
      ? fresh
      : await product.multiply(block, await product.multiply(block, fresh, { transposeA: true }))
  const out = new Float64Array(block.rows * columns)
  const scale = 1 / Math.sqrt(block.rows)
  for (let i = 0; i < block.rows; i++) {
    out.set(block.data.subarray(i * block.columns, (i + 1) * block.columns), i * columns)
    for (let j = 0; j < missing; j++) {
      const at = i * missing + j
      const taken = block.columns === 0 ? 0 : (known.data[at] as number)
      out[i * columns + block.columns + j] = ((fresh.data[at] as number) - taken) * scale
    }
  }
  return { rows: block.rows, columns, data: out }
}
