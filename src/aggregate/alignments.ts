import type { ModuleFactors } from '../base/adapter.ts'
import type { MatrixProduct } from '../base/matrix-product.ts'
import type { ModuleContribution } from './contribution.ts'
import { innerProducts } from './inner-products.ts'

/** How a contribution lies to the others. */
export interface Alignment {
  readonly peer: string
  readonly weight: number
  /** ‖ΔWᵢ‖_F. */
  readonly norm: number
  /** Of the angle between ΔWᵢ and what `cosineTo` says; 0 where one of them is zero. */
  readonly cosine: number
}

export interface Alignments {
  readonly cosineTo: 'mean' | 'global'
  readonly contributions: readonly Alignment[]
}

/** Largest stack whose Gram matrices are multiplied out (0.15 s at 4096²): (d+k)R² operations. */
const MOST_STACK_RANK = 512

/**
 * Norms of contributions and their cosines to the mean by samples. Where all inner products would cost more than the
 * aggregation itself, the cosines are to the global factors that go back instead.
 */
export async function alignments(
  parts: readonly ModuleContribution[],
  global: ModuleFactors,
  product: MatrixProduct,
): Promise<Alignments> {
  const stackRank = parts.reduce((sum, { factors }) => sum + factors.rank, 0)
  return stackRank <= MOST_STACK_RANK ? toMean(parts, product) : toGlobal(parts, global, product)
}

async function toMean(parts: readonly ModuleContribution[], product: MatrixProduct): Promise<Alignments> {
  const { rows: n, data } = await innerProducts(
    parts.map(({ factors }) => factors),
    product,
  )
  const along = parts.map((_, i) =>
    parts.reduce((sum, { weight }, j) => sum + weight * (data[i * n + j] as number), 0),
  )
  const square = parts.reduce((sum, { weight }, i) => sum + weight * (along[i] as number), 0)
  const contributions = parts.map((part, i) =>
    alignment(part, data[i * n + i] as number, along[i] as number, square),
  )
  return { cosineTo: 'mean', contributions }
}

async function toGlobal(
  parts: readonly ModuleContribution[],
  global: ModuleFactors,
  product: MatrixProduct,
): Promise<Alignments> {
  const [square = 0] = (await innerProducts([global], product)).data
  const contributions: Alignment[] = []
  for (const part of parts) {
    const { data } = await innerProducts([part.factors, global], product)
    contributions.push(alignment(part, data[0] as number, data[1] as number, square))
  }
  return { cosineTo: 'global', contributions }
}

/** `own` = ‖ΔWᵢ‖², `along` = ⟨ΔWᵢ, W⟩, `square` = ‖W‖². */
function alignment(
  { peer, weight }: ModuleContribution,
  own: number,
  along: number,
  square: number,
): Alignment {
  const both = Math.sqrt(Math.max(0, own)) * Math.sqrt(Math.max(0, square))
  const cosine = both === 0 ? 0 : Math.max(-1, Math.min(1, along / both))
  return { peer, weight, norm: Math.sqrt(Math.max(0, own)), cosine }
}
