import type { Matrix } from '../base/matrix-product.ts'
import type { LinearOperator } from './linear-operator.ts'
import { unitColumns } from './matrix.ts'

/** Further amplification would leave nothing but the first direction in float64. */
const MOST_AMPLIFICATION = 1e6
const MOST_DEGREE = 12

/**
 * Applies a Chebyshev polynomial of WᵀW to a block of columns: what belongs to singular values below `edge` is
 * damped, what is above grows, by cosh(degree·acosh(…)) (Zhou, Saad et al., J. Comput. Phys. 219, 2006, alg. 4.1).
 * The columns come back with length 1. `images` is W·block, where it is known already.
 */
export async function chebyshevFilter(
  operator: LinearOperator,
  block: Matrix,
  edge: number,
  largest: number,
  images?: Matrix,
): Promise<Matrix> {
  const square = async (x: Matrix) => operator.applyTransposed(await operator.apply(x))
  const half = edge ** 2 / 2
  const top = largest ** 2 - half
  const squared = await operator.applyTransposed(images ?? (await operator.apply(block)))
  if (!(half > 0 && top > half)) return unitColumns(squared)
  const degree = filterDegree(edge, largest)
  const first = half / top
  let ratio = first
  let before = block
  let current = combine(squared, block, first / half, -first)
  for (let step = 2; step <= degree; step++) {
    const next = 1 / (2 / first - ratio)
    const grown = combine(await square(current), current, (2 * next) / half, -2 * next)
    const after = combine(grown, before, 1, -ratio * next)
    before = current
    current = after
    ratio = next
  }
  return unitColumns(current)
}

/** The highest degree that keeps the amplification between `edge` and `largest` harmless. */
function filterDegree(edge: number, largest: number): number {
  const growth = Math.acosh(2 * (largest / edge) ** 2 - 1)
  return Math.max(1, Math.min(MOST_DEGREE, Math.floor(Math.acosh(MOST_AMPLIFICATION) / growth)))
}

/** x·first + y·second. */
function combine(x: Matrix, y: Matrix, first: number, second: number): Matrix {
  const out = new Float64Array(x.data.length)
  for (let i = 0; i < out.length; i++) out[i] = (x.data[i] as number) * first + (y.data[i] as number) * second
  return { rows: x.rows, columns: x.columns, data: out }
}
