import type { Matrix, MatrixProduct } from '../base/matrix-product.ts'
import type { Random } from '../base/random.ts'
import { chebyshevFilter } from './chebyshev-filter.ts'
import type { LinearOperator } from './linear-operator.ts'
import { columnNorms } from './matrix.ts'
import { refillBlock } from './random-block.ts'
import { residualError } from './residual-error.ts'
import { ritzStep, type Triplets } from './ritz-step.ts'

/** What the certificate must come below, relative to the largest singular value. */
const TOLERANCE = 1e-7
/** What float32 can reach at best. */
const ROUGH_TOLERANCE = 1e-6
const MOST_ROUNDS = 100
/** Singular values below this share of the largest are below what float32 factors resolve. */
export const NEGLIGIBLE = 1e-7

export interface IterationOptions {
  /** Triplets that are wanted. */
  readonly rank: number
  /** Columns that are iterated on. */
  readonly block: number
  /** Lengths below this are rounding noise. */
  readonly noise: number
  /** A bound on the singular values that the block leaves out, where it is known: 0 if it leaves out none. */
  readonly outside?: number
  /** The operator rounds to float32: ends where a further round gains little. Default false. */
  readonly rough?: boolean
  readonly chance: Random
  readonly product: MatrixProduct
}

export interface Iterated {
  /** As many triplets as the block found. */
  readonly triplets: Triplets
  readonly rounds: number
  /** Bound on the error of the truncated product, relative to the largest singular value. */
  readonly residual: number
}

/**
 * Filtered subspace iteration from images of a block: Rayleigh–Ritz on both sides, then a Chebyshev filter, until
 * the residual certificate holds. From the images of an exact start it ends in its first round.
 */
export async function filteredIteration(
  operator: LinearOperator,
  start: Matrix,
  { rank, block, noise, outside: bound, rough = false, chance, product }: IterationOptions,
): Promise<Iterated> {
  let images = start
  let before = Number.POSITIVE_INFINITY
  for (let rounds = 1; ; rounds++) {
    const triplets = await ritzStep(operator, images, noise, product)
    const { sigma, v } = triplets
    // A block that came out narrower has met the end of the spectrum, as far as float64 can tell.
    const outside = bound ?? (sigma.length < block ? 0 : (sigma.at(-1) as number))
    const known = await operator.apply(v)
    const residual = residualError(triplets, known, rank, outside)
    if (rough && !(residual > ROUGH_TOLERANCE && residual < before / 4)) return { triplets, rounds, residual }
    before = residual
    const filled = await refillBlock(v, block, chance, product)
    const enough = sigma.length >= Math.min(rank, block)
    const exhausted = enough || (await isNegligible(operator, filled, sigma, noise))
    if ((residual <= TOLERANCE && exhausted) || rounds === MOST_ROUNDS) return { triplets, rounds, residual }
    const first = filled === v ? known : undefined
    images = await operator.apply(await chebyshevFilter(operator, filled, outside, sigma[0] ?? 0, first))
  }
}

/** Whether the columns that were added to the known ones lead to nothing that float32 could hold beside σ₁. */
async function isNegligible(
  operator: LinearOperator,
  filled: Matrix,
  sigma: Float64Array,
  noise: number,
): Promise<boolean> {
  const floor = Math.max(NEGLIGIBLE * (sigma[0] ?? 0), 10 * noise)
  return columnNorms(await operator.apply(filled))
    .subarray(sigma.length)
    .every((norm) => norm <= floor)
}
