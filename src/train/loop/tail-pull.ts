import type { Factors, ModuleFactors } from '../../base/adapter.ts'
import { loraNames } from '../../model/lora-spec.ts'
import type { Gradients, Parameters } from '../optimizer/parameters.ts'

/** ‖A‖_F and ‖B‖_F of the directions from `from` on (counted from 0). */
export function tailNorms(
  { rank, inFeatures }: Pick<ModuleFactors, 'rank' | 'inFeatures'>,
  a: Float32Array,
  b: Float32Array,
  from: number,
): { readonly a: number; readonly b: number } {
  let [squareA, squareB] = [0, 0]
  for (let at = from * inFeatures; at < a.length; at++) squareA += (a[at] as number) ** 2
  for (let at = 0; at < b.length; at++) if (at % rank >= from) squareB += (b[at] as number) ** 2
  return { a: Math.sqrt(squareA), b: Math.sqrt(squareB) }
}

/**
 * HetLoRA's regulariser (arXiv 2401.06432, §3.2): the loss grows by λ·‖B_tail‖_F·‖A_tail‖_F for each module, the tail
 * being the directions past rank `keep`, so that a peer that does not need them lets them go.
 */
export function tailPull(factors: Factors, keep: number, lambda: number) {
  return (parameters: Parameters, gradients: Gradients): void => {
    for (const [name, module] of factors) {
      const names = loraNames(name)
      const [a, b] = [parameters.get(names.a), parameters.get(names.b)] as [Float32Array, Float32Array]
      const norms = tailNorms(module, a, b, keep)
      if (norms.a === 0 || norms.b === 0) continue
      const { rank, inFeatures } = module
      addTail(gradients.get(names.a), a, (lambda * norms.b) / norms.a, (at) => at >= keep * inFeatures)
      addTail(gradients.get(names.b), b, (lambda * norms.a) / norms.b, (at) => at % rank >= keep)
    }
  }
}

function addTail(
  gradient: Float32Array | undefined,
  values: Float32Array,
  factor: number,
  isTail: (at: number) => boolean,
): void {
  if (gradient === undefined) return
  for (let at = 0; at < values.length; at++)
    if (isTail(at)) gradient[at] = (gradient[at] as number) + factor * (values[at] as number)
}
