import { QrDecomposition, SingularValueDecomposition, Matrix as Small } from 'ml-matrix'
import type { ModuleFactors } from '../../src/base/adapter.ts'
import type { Matrix, MatrixProduct } from '../../src/base/matrix-product.ts'
import { openOnnxMatrixProduct } from '../../src/engine/matrix-product/onnx-matrix-product.ts'
import type { SafetensorsSource } from '../../src/safetensors/safetensors-source.ts'
import type { Aggregated } from './aggregate-files.ts'
import { readFactors } from './read-module.ts'

/** Largest stack that is decomposed by Householder QR and a full SVD of its core, all by ml-matrix. */
const MOST_STACK_RANK = 300
/** Else: orthogonal iteration on ΔW multiplied out, with so many times the rank of columns, to rounding. */
const OVERSAMPLING = 3
const ROUNDS = 12
/** Rows of a difference that are multiplied out together. */
const ROWS = 512

export interface OracleError {
  readonly oracle: string
  /** ‖s·BA − UᵣΣᵣVᵣᵀ‖_F over σ₁. */
  readonly error: number
}

/** UᵣΣᵣ [d, r] and Vᵣ [k, r]. */
interface Truncated {
  readonly scaledU: Matrix
  readonly v: Matrix
  readonly largest: number
}

/** How far what was redistributed is from an independent float64 SVD of the same mean; it shares no code with it. */
export async function oracleError(
  one: Aggregated,
  sources: readonly SafetensorsSource[],
  stored: string,
): Promise<OracleError> {
  const own = one.factors as ModuleFactors
  const parts = sources.map((source) => readFactors(source, stored))
  const stackRank = parts.reduce((sum, { rank }) => sum + rank, 0)
  const product = await openOnnxMatrixProduct()
  try {
    const small = stackRank <= MOST_STACK_RANK
    const truth = small ? bySvd(parts, own.rank) : await byIteration(parts, own.rank, product)
    const oracle = small ? 'SVD' : `orthogonal iteration on ΔW (${ROUNDS} rounds)`
    return { oracle, error: (await distance(own, truth, product)) / truth.largest }
  } finally {
    await product.close()
  }
}

const weightOf = (peer: number, peers: number): number => (peer + 1) / ((peers * (peers + 1)) / 2)

function bySvd(parts: readonly ModuleFactors[], rank: number): Truncated {
  const left = new QrDecomposition(stacked(parts, 'b'))
  const right = new QrDecomposition(stacked(parts, 'a'))
  const core = left.upperTriangularMatrix.mmul(right.upperTriangularMatrix.transpose())
  const svd = new SingularValueDecomposition(core)
  const count = Math.min(rank, svd.diagonal.length)
  const u = svd.leftSingularVectors
    .subMatrix(0, core.rows - 1, 0, count - 1)
    .mulRowVector(svd.diagonal.slice(0, count))
  const v = svd.rightSingularVectors.subMatrix(0, core.columns - 1, 0, count - 1)
  return {
    scaledU: plain(left.orthogonalMatrix.mmul(u)),
    v: plain(right.orthogonalMatrix.mmul(v)),
    largest: svd.diagonal[0] as number,
  }
}

/** [d, R] of all wᵢsᵢBᵢ, or [k, R] of all Aᵢᵀ. */
function stacked(parts: readonly ModuleFactors[], side: 'a' | 'b'): Small {
  const rows = parts[0]?.[side === 'a' ? 'inFeatures' : 'outFeatures'] ?? 0
  const out = Small.zeros(
    rows,
    parts.reduce((sum, { rank }) => sum + rank, 0),
  )
  let at = 0
  for (const [peer, { rank, scaling, a, b }] of parts.entries()) {
    const factor = weightOf(peer, parts.length) * scaling
    for (let j = 0; j < rank; j++, at++) {
      for (let i = 0; i < rows; i++)
        out.set(i, at, side === 'a' ? (a[j * rows + i] as number) : factor * (b[i * rank + j] as number))
    }
  }
  return out
}

async function byIteration(
  parts: readonly ModuleFactors[],
  rank: number,
  product: MatrixProduct,
): Promise<Truncated> {
  const dense = await multipliedOut(parts, product)
  const columns = Math.min(OVERSAMPLING * rank, dense.rows, dense.columns)
  let v = orthonormal({
    rows: dense.columns,
    columns,
    data: Float64Array.from({ length: dense.columns * columns }, (_, i) => Math.sin(i * i)),
  })
  for (let round = 0; round < ROUNDS; round++) {
    const u = orthonormal(await product.multiply(dense, v))
    v = orthonormal(await product.multiply(dense, u, { transposeA: true }))
  }
  const images = new QrDecomposition(small(await product.multiply(dense, v)))
  const svd = new SingularValueDecomposition(images.upperTriangularMatrix)
  const first = (matrix: Small) => matrix.subMatrix(0, matrix.rows - 1, 0, rank - 1)
  const scaled = first(svd.leftSingularVectors).mulRowVector(svd.diagonal.slice(0, rank))
  return {
    scaledU: plain(images.orthogonalMatrix.mmul(scaled)),
    v: plain(small(v).mmul(first(svd.rightSingularVectors))),
    largest: svd.diagonal[0] as number,
  }
}

/** Contributions that are stacked into one product on the way to ΔW. */
const PARTS_AT_ONCE = 32

async function multipliedOut(parts: readonly ModuleFactors[], product: MatrixProduct): Promise<Matrix> {
  let sum: Matrix | undefined
  for (let first = 0; first < parts.length; first += PARTS_AT_ONCE) {
    const some = parts.slice(first, first + PARTS_AT_ONCE)
    const [left, right] = [stackedLeft(some, first, parts.length), stackedRight(some)]
    const part = await product.multiply(left, right)
    if (sum === undefined) sum = part
    else
      for (let i = 0; i < sum.data.length; i++)
        sum.data[i] = (sum.data[i] as number) + (part.data[i] as number)
  }
  return sum as Matrix
}

const stackRankOf = (parts: readonly ModuleFactors[]): number =>
  parts.reduce((sum, { rank }) => sum + rank, 0)

/** All wᵢsᵢBᵢ side by side, [d, R]. */
function stackedLeft(parts: readonly ModuleFactors[], first: number, peers: number): Matrix {
  const [rows, columns] = [parts[0]?.outFeatures ?? 0, stackRankOf(parts)]
  const data = new Float64Array(rows * columns)
  let at = 0
  for (const [place, { rank, scaling, b }] of parts.entries()) {
    const factor = weightOf(first + place, peers) * scaling
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < rank; j++) data[i * columns + at + j] = factor * (b[i * rank + j] as number)
    at += rank
  }
  return { rows, columns, data }
}

/** All Aᵢ below each other, [R, k]. */
function stackedRight(parts: readonly ModuleFactors[]): Matrix {
  const [rows, columns] = [stackRankOf(parts), parts[0]?.inFeatures ?? 0]
  const data = new Float64Array(rows * columns)
  let at = 0
  for (const { a } of parts) {
    data.set(a, at)
    at += a.length
  }
  return { rows, columns, data }
}

/** ‖s·BA − UΣVᵀ‖_F, some rows at a time. */
async function distance(
  { rank, outFeatures, inFeatures, scaling, a, b }: ModuleFactors,
  { scaledU, v }: Truncated,
  product: MatrixProduct,
): Promise<number> {
  const right = { rows: rank, columns: inFeatures, data: Float64Array.from(a) }
  let square = 0
  for (let start = 0; start < outFeatures; start += ROWS) {
    const end = Math.min(outFeatures, start + ROWS)
    const own = Float64Array.from(b.subarray(start * rank, end * rank), (value) => scaling * value)
    const mine = await product.multiply({ rows: end - start, columns: rank, data: own }, right)
    const { columns } = scaledU
    const truth = await product.multiply(
      { rows: end - start, columns, data: scaledU.data.slice(start * columns, end * columns) },
      v,
      { transposeB: true },
    )
    for (let i = 0; i < mine.data.length; i++)
      square += ((mine.data[i] as number) - (truth.data[i] as number)) ** 2
  }
  return Math.sqrt(square)
}

const orthonormal = (block: Matrix): Matrix => plain(new QrDecomposition(small(block)).orthogonalMatrix)

const small = ({ rows, columns, data }: Matrix): Small =>
  Small.from1DArray(rows, columns, data as unknown as number[])

const plain = (matrix: Small): Matrix => ({
  rows: matrix.rows,
  columns: matrix.columns,
  data: Float64Array.from(matrix.to1DArray()),
})
