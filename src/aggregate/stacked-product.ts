import type { ModuleFactors } from '../base/adapter.ts'
import type { Matrix } from '../base/matrix-product.ts'

/** One summand of a mean: `coefficient` · B · A, column j of B times `columnScale[j]` where that is given. */
export interface Term {
  readonly factors: ModuleFactors
  readonly coefficient: number
  readonly columnScale?: ArrayLike<number>
}

/** A sum of R products of a column and a row, ΔW = leftᵀ · right, never multiplied out. */
export interface StackedProduct {
  readonly outFeatures: number
  readonly inFeatures: number
  /** [R, outFeatures]: the columns of all B. */
  readonly left: Matrix
  /** [R, inFeatures]: the rows of all A. */
  readonly right: Matrix
  /** Σ‖bⱼ‖·‖aⱼ‖: no singular value exceeds it, and rounding is relative to it. */
  readonly scale: number
  /** [R]: which term each pair comes from. */
  readonly owner: Int32Array
}

/**
 * Stacks the terms' columns and rows. Both sides of a pair get the same length √(‖b‖‖a‖), so that neither Gram
 * matrix is worse conditioned than it must be; pairs that are zero are left out.
 */
export function stackTerms(terms: readonly Term[], outFeatures: number, inFeatures: number): StackedProduct {
  const pairs = terms.flatMap((term, owner) => livePairs(term, owner))
  const left = new Float64Array(pairs.length * outFeatures)
  const right = new Float64Array(pairs.length * inFeatures)
  let scale = 0
  for (const [at, { factors, column, factorLeft, factorRight, weight }] of pairs.entries()) {
    const { rank, a, b } = factors
    for (let i = 0; i < outFeatures; i++) {
      left[at * outFeatures + i] = (b[i * rank + column] as number) * factorLeft
    }
    for (let i = 0; i < inFeatures; i++) {
      right[at * inFeatures + i] = (a[column * inFeatures + i] as number) * factorRight
    }
    scale += weight
  }
  const rows = pairs.length
  return {
    outFeatures,
    inFeatures,
    left: { rows, columns: outFeatures, data: left },
    right: { rows, columns: inFeatures, data: right },
    scale,
    owner: Int32Array.from(pairs, ({ owner }) => owner),
  }
}

interface Pair {
  readonly owner: number
  readonly factors: ModuleFactors
  readonly column: number
  readonly factorLeft: number
  readonly factorRight: number
  readonly weight: number
}

function livePairs({ factors, coefficient, columnScale }: Term, owner: number): Pair[] {
  const lengthsB = columnLengths(factors)
  const pairs: Pair[] = []
  for (let column = 0; column < factors.rank; column++) {
    const multiplier = coefficient * (columnScale?.[column] ?? 1)
    const lengthB = lengthsB[column] as number
    const lengthA = rowLength(factors, column)
    const weight = Math.abs(multiplier) * lengthA * lengthB
    if (weight === 0) continue
    const side = Math.sqrt(weight)
    const factorLeft = (Math.sign(multiplier) * side) / lengthB
    pairs.push({ owner, factors, column, factorLeft, factorRight: side / lengthA, weight })
  }
  return pairs
}

function columnLengths({ rank, outFeatures, b }: ModuleFactors): Float64Array {
  const squares = new Float64Array(rank)
  for (let i = 0; i < outFeatures; i++) {
    for (let j = 0; j < rank; j++) {
      const value = b[i * rank + j] as number
      squares[j] = (squares[j] as number) + value * value
    }
  }
  return squares.map(Math.sqrt)
}

function rowLength({ inFeatures, a }: ModuleFactors, row: number): number {
  let square = 0
  for (let i = row * inFeatures; i < (row + 1) * inFeatures; i++)
    square += (a[i] as number) * (a[i] as number)
  return Math.sqrt(square)
}
