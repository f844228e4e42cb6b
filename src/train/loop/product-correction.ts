import type { ModuleFactors } from '../../base/adapter.ts'
import { loraNames } from '../../model/lora-spec.ts'
import type { Gradients, Parameters } from '../optimizer/parameters.ts'

/** c·BA, a part of a gradient by ΔW. */
export interface ProductPart extends Pick<ModuleFactors, 'rank' | 'a' | 'b'> {
  readonly coefficient: number
}

/**
 * Adds to a module's gradients what a gradient G by its product adds: with ΔW = s·B·A, ∂B += s·G·Aᵀ and
 * ∂A += s·Bᵀ·G. G is a sum of products, never multiplied out. Frozen factors, which have no gradient, are left out.
 *
 * @param shape of the module's factors; their values are the parameters'
 */
export function addProductGradient(
  name: string,
  shape: ModuleFactors,
  parts: readonly ProductPart[],
  parameters: Parameters,
  gradients: Gradients,
): void {
  const names = loraNames(name)
  const [a, b] = [parameters.get(names.a), parameters.get(names.b)] as [Float32Array, Float32Array]
  const [gradientA, gradientB] = [gradients.get(names.a), gradients.get(names.b)]
  for (const part of parts) {
    const factor = shape.scaling * part.coefficient
    if (factor === 0) continue
    if (gradientB) addToB(gradientB, shape, part, crossRows(part, a, shape), factor)
    if (gradientA) addToA(gradientA, shape, part, crossColumns(part, b, shape), factor)
  }
}

/** A_c·Aᵀ: [ρ, r]. */
function crossRows(
  { rank, a: rows }: ProductPart,
  a: Float32Array,
  { rank: own, inFeatures }: ModuleFactors,
): Float64Array {
  const out = new Float64Array(rank * own)
  for (let p = 0; p < rank; p++)
    for (let j = 0; j < own; j++) {
      let sum = 0
      for (let k = 0; k < inFeatures; k++)
        sum += (rows[p * inFeatures + k] as number) * (a[j * inFeatures + k] as number)
      out[p * own + j] = sum
    }
  return out
}

/** Bᵀ·B_c: [r, ρ]. */
function crossColumns(
  { rank, b: columns }: ProductPart,
  b: Float32Array,
  { rank: own, outFeatures }: ModuleFactors,
): Float64Array {
  const out = new Float64Array(own * rank)
  for (let i = 0; i < outFeatures; i++)
    for (let j = 0; j < own; j++) {
      const value = b[i * own + j] as number
      for (let p = 0; p < rank; p++)
        out[j * rank + p] = (out[j * rank + p] as number) + value * (columns[i * rank + p] as number)
    }
  return out
}

function addToB(
  gradient: Float32Array,
  { rank: own, outFeatures }: ModuleFactors,
  { rank, b }: ProductPart,
  cross: Float64Array,
  factor: number,
): void {
  for (let i = 0; i < outFeatures; i++)
    for (let j = 0; j < own; j++) {
      let sum = 0
      for (let p = 0; p < rank; p++) sum += (b[i * rank + p] as number) * (cross[p * own + j] as number)
      gradient[i * own + j] = (gradient[i * own + j] as number) + factor * sum
    }
}

function addToA(
  gradient: Float32Array,
  { rank: own, inFeatures }: ModuleFactors,
  { rank, a }: ProductPart,
  cross: Float64Array,
  factor: number,
): void {
  for (let j = 0; j < own; j++)
    for (let p = 0; p < rank; p++) {
      const share = factor * (cross[j * rank + p] as number)
      for (let k = 0; k < inFeatures; k++) {
        const at = j * inFeatures + k
        gradient[at] = (gradient[at] as number) + share * (a[p * inFeatures + k] as number)
      }
    }
}
