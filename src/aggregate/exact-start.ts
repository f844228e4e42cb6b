import { EigenvalueDecomposition, Matrix as SmallMatrix } from 'ml-matrix'
import type { Matrix, MatrixProduct } from '../base/matrix-product.ts'
import { filteredIteration, type IterationOptions } from './filtered-iteration.ts'
import { denseOperator } from './linear-operator.ts'
import { dot, firstColumns, scaleRows } from './matrix.ts'
import { pivotedCholesky } from './pivoted-cholesky.ts'
import { signBlock } from './random-block.ts'
import { stackGrams } from './stack-grams.ts'
import type { StackedProduct } from './stacked-product.ts'

/** Directions of the stack shorter than 1e-8 of its longest carry nothing that float32 could hold. */
const STACK_TOLERANCE = 1e-16

/** Where the refinement on the module itself begins. */
export interface Start {
  /** Columns that span the leading left singular vectors. */
  readonly images: Matrix
  /** A bound on the singular values that they leave out. */
  readonly outside: number
  /** ‖ΔW‖²_F. */
  readonly energy: number
  readonly rounds: number
}

/**
 * Out of one eigenproblem of order R. With right·rightᵀ = F·Fᵀ, the squares of the singular values are the
 * eigenvalues of Fᵀ(left·leftᵀ)F, and leftᵀ·F·z is σ·u for each eigenvector z.
 */
export async function gramStart(
  stack: StackedProduct,
  count: number,
  product: MatrixProduct,
): Promise<Start> {
  const { left, right } = await stackGrams(stack, product)
  const { factor } = pivotedCholesky(right, STACK_TOLERANCE)
  const core = await product.multiply(factor, await product.multiply(left, factor), { transposeA: true })
  const { vectors, outside } = leadingEigenvectors(core, count)
  const images = await leftImages(stack, await product.multiply(factor, vectors), product)
  return { images, outside, energy: Math.max(0, dot(left.data, right.data)), rounds: 0 }
}

/**
 * The same for stacks whose eigenproblem would cost more: with left·leftᵀ = G·Gᵀ besides, GᵀF (R×R) has the singular
 * values of the module, and iteration on it costs 4R²l operations each time instead of 4(d+k)Rl.
 */
export async function coreStart(
  stack: StackedProduct,
  { rank, block, noise, chance, product }: IterationOptions,
): Promise<Start> {
  const { left, right } = await stackGrams(stack, product)
  const factorRight = pivotedCholesky(right, STACK_TOLERANCE).factor
  const factorLeft = pivotedCholesky(left, STACK_TOLERANCE).factor
  const core = await product.multiply(factorLeft, factorRight, { transposeA: true })
  const operator = denseOperator(core, product)
  const width = Math.min(block, core.rows, core.columns)
  const images = await operator.apply(signBlock(core.columns, width, chance))
  const complete = width === Math.min(core.rows, core.columns)
  const options = { rank, block: width, noise, chance, product, ...(complete ? { outside: 0 } : {}) }
  const { triplets, rounds } = await filteredIteration(operator, images, options)
  const count = Math.min(rank, triplets.sigma.length)
  const mixed = await product.multiply(factorRight, firstColumns(triplets.v, count))
  return {
    images: await leftImages(stack, mixed, product),
    outside: complete || triplets.sigma.length < width ? 0 : (triplets.sigma.at(-1) as number),
    energy: Math.max(0, dot(left.data, right.data)),
    rounds,
  }
}

/** leftᵀ · diag(leftScale) · mixed: [outFeatures, columns of `mixed`]. */
const leftImages = (
  { left, leftScale }: StackedProduct,
  mixed: Matrix,
  product: MatrixProduct,
): Promise<Matrix> => product.multiply(left, scaleRows(mixed, leftScale), { transposeA: true })

/** The same for a matrix multiplied out, by an eigenproblem of its shorter side's order. */
export async function denseStart(dense: Matrix, count: number, product: MatrixProduct): Promise<Start> {
  const wide = dense.rows <= dense.columns
  const gram = await product.multiply(dense, dense, wide ? { transposeB: true } : { transposeA: true })
  const { vectors, outside } = leadingEigenvectors(gram, count)
  const images = wide ? vectors : await product.multiply(dense, vectors)
  return { images, outside, energy: dot(dense.data, dense.data), rounds: 0 }
}

/** Eigenvectors of the `count` largest eigenvalues of a symmetric matrix, and the square root of the next one. */
function leadingEigenvectors(
  { rows: order, data }: Matrix,
  count: number,
): { vectors: Matrix; outside: number } {
  const small = SmallMatrix.from1DArray(order, order, data as unknown as number[])
  const { eigenvectorMatrix, realEigenvalues } = new EigenvalueDecomposition(small, { assumeSymmetric: true })
  const columns = Math.min(count, order)
  const out = new Float64Array(order * columns)
  for (let i = 0; i < order; i++) {
    // Eigenvalues ascend.
    for (let j = 0; j < columns; j++) out[i * columns + j] = eigenvectorMatrix.get(i, order - 1 - j)
  }
  const next = realEigenvalues[order - 1 - columns] ?? 0
  return { vectors: { rows: order, columns, data: out }, outside: Math.sqrt(Math.max(0, next)) }
}
