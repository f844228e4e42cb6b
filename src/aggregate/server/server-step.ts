import type { ModuleFactors } from '../../base/adapter.ts'
import type { MatrixProduct } from '../../base/matrix-product.ts'
import { dot } from '../matrix.ts'
import { stackGrams } from '../stack-grams.ts'
import { stackTerms, type Term } from '../stacked-product.ts'
import type { ServerOptions } from './server-options.ts'

/** What the rounds before left of one module. */
export interface ServerMemory {
  /** W: the global ΔW. */
  readonly previous?: ModuleFactors | undefined
  /** m. */
  readonly velocity?: ModuleFactors | undefined
  /** v, as a 1×1 matrix. */
  readonly second?: ModuleFactors | undefined
}

export interface ServerStep {
  /** The summands of the new W. */
  readonly terms: readonly Term[]
  /** The summands of the new m. */
  readonly velocity: readonly Term[]
  /** The new v; null under momentum. */
  readonly second: number | null
}

/**
 * One step of a server optimiser on ΔW, never multiplied out. With Δ = mean − W,
 *
 * - momentum (FedAvgM, arXiv 1909.06335): m ← β₁m + Δ, W ← W + ηm;
 * - adam, yogi (arXiv 2003.00295, alg. 2): m ← β₁m + (1−β₁)Δ, W ← W + ηm/(√v + τ), with
 *   adam: v ← β₂v + (1−β₂)g², yogi: v ← v − (1−β₂)g²·sign(v − g²), v beginning at τ².
 *
 * The paper's v and g² = Δ² are entry by entry, which has no low rank. Ours are one number for each module, the mean
 * g² = ‖Δ‖²_F/(d·k), as Adam-mini and LAMB-like methods share one step size among a block: the direction stays m.
 */
export async function serverStep(
  mean: readonly Term[],
  { previous, velocity, second }: ServerMemory,
  { optimiser, learningRate, beta1, beta2, tau }: ServerOptions,
  product: MatrixProduct,
): Promise<ServerStep> {
  const share = optimiser === 'momentum' ? 1 : 1 - beta1
  const before: Term[] = previous ? [{ factors: previous, coefficient: previous.scaling }] : []
  const kept: Term[] = velocity ? [{ factors: velocity, coefficient: velocity.scaling }] : []
  const change = [...mean, ...scaled(before, -1)]
  const moved = [...scaled(kept, beta1), ...scaled(change, share)]
  if (optimiser === 'momentum')
    return { terms: [...before, ...scaled(moved, learningRate)], velocity: moved, second: null }
  const v = nextSecond(optimiser, await meanSquare(change, product), second?.b[0] ?? tau * tau, beta2)
  const rate = learningRate / (Math.sqrt(v) + tau)
  return { terms: [...before, ...scaled(moved, rate)], velocity: moved, second: v }
}

function nextSecond(optimiser: 'adam' | 'yogi', square: number, before: number, beta2: number): number {
  return optimiser === 'adam'
    ? beta2 * before + (1 - beta2) * square
    : before - (1 - beta2) * square * Math.sign(before - square)
}

const scaled = (terms: readonly Term[], factor: number): Term[] =>
  terms.map((term) => ({ ...term, coefficient: term.coefficient * factor }))

/** ‖Σ terms‖²_F/(d·k), from two small Gram matrices. */
async function meanSquare(terms: readonly Term[], product: MatrixProduct): Promise<number> {
  const { outFeatures, inFeatures } = (terms[0] as Term).factors
  const stack = stackTerms(terms, outFeatures, inFeatures)
  if (stack.left.rows === 0) return 0
  const { left, right } = await stackGrams(stack, product)
  return Math.max(0, dot(left.data, right.data)) / (outFeatures * inFeatures)
}
