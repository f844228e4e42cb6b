import { Matrix, QrDecomposition, SingularValueDecomposition } from 'ml-matrix'
import type { Term } from '../../src/aggregate/stacked-product.ts'
import { openSafetensors } from '../../src/safetensors/open-safetensors.ts'
import type { ModuleOutcome } from './module-pool.ts'
import { readModule } from './read-module.ts'

const MOST_STACK_RANK = 300

/**
 * ‖s·BA − UᵣΣᵣVᵣᵀ‖_F over σ₁ against an independent float64 SVD of the same mean: Householder QR of both stacks and
 * a full SVD of their core, all by ml-matrix. Null where the stack is too large for it.
 */
export function oracleError(outcome: ModuleOutcome, files: readonly string[]): number | null {
  const sources = files.map((file) => openSafetensors(file))
  const terms = readModule(sources, outcome.module)
  for (const source of sources) source.close()
  const stackRank = terms.reduce((sum, { factors }) => sum + factors.rank, 0)
  if (stackRank > MOST_STACK_RANK) return null
  const left = new QrDecomposition(stackedB(terms, stackRank))
  const right = new QrDecomposition(stackedA(terms, stackRank).transpose())
  const core = left.upperTriangularMatrix.mmul(right.upperTriangularMatrix.transpose())
  const svd = new SingularValueDecomposition(core)
  const rank = outcome.a.length / outcome.inFeatures
  // In the bases of the two QRs, what was returned is a small matrix, plus what lies outside of them.
  const b = Matrix.from1DArray(outcome.outFeatures, rank, [...outcome.b]).mul(16 / rank)
  const a = Matrix.from1DArray(rank, outcome.inFeatures, [...outcome.a])
  const [q, p] = [left.orthogonalMatrix, right.orthogonalMatrix]
  const innerB = q.transpose().mmul(b)
  const innerA = a.mmul(p)
  const difference = innerB.mmul(innerA)
  const sigma = svd.diagonal
  for (let t = 0; t < rank; t++) {
    const column = svd.leftSingularVectors.subMatrix(0, stackRank - 1, t, t).mul(sigma[t] ?? 0)
    difference.sub(column.mmul(svd.rightSingularVectors.subMatrix(0, stackRank - 1, t, t).transpose()))
  }
  const outsideB = Math.sqrt(Math.max(0, b.norm('frobenius') ** 2 - innerB.norm('frobenius') ** 2))
  const outsideA = Math.sqrt(Math.max(0, a.norm('frobenius') ** 2 - innerA.norm('frobenius') ** 2))
  // B outside of its span meets A of norm 1 or less; A outside of its span meets B of norm σ₁ or less.
  const outside =
    Math.max(outsideB, outsideA * (sigma[0] ?? 0)) < 1e-6 * (sigma[0] ?? 0) ? 0 : outsideB + outsideA
  return (difference.norm('frobenius') + outside) / (sigma[0] ?? 1)
}

function stackedB(terms: readonly Term[], stackRank: number): Matrix {
  const out = Matrix.zeros(terms[0]?.factors.outFeatures ?? 0, stackRank)
  let at = 0
  for (const { factors, coefficient } of terms) {
    for (let j = 0; j < factors.rank; j++, at++) {
      for (let i = 0; i < factors.outFeatures; i++)
        out.set(i, at, coefficient * (factors.b[i * factors.rank + j] ?? 0))
    }
  }
  return out
}

function stackedA(terms: readonly Term[], stackRank: number): Matrix {
  const out = Matrix.zeros(stackRank, terms[0]?.factors.inFeatures ?? 0)
  let at = 0
  for (const { factors } of terms) {
    for (let j = 0; j < factors.rank; j++, at++) {
      out.setRow(at, [...factors.a.subarray(j * factors.inFeatures, (j + 1) * factors.inFeatures)])
    }
  }
  return out
}
