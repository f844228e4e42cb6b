import type { Factors } from '../../base/adapter.ts'
import { loraNames } from '../../model/lora-spec.ts'
import type { Gradients, Parameters } from '../optimizer/parameters.ts'
import { addProductGradient } from './product-correction.ts'

/**
 * FedProx (arXiv 1812.06127, eq. 2) on the product of the factors: the loss grows by μ/2·‖ΔW − ΔW₀‖²_F over all modules,
 * with ΔW = s·B·A and ΔW₀ what the round began from. Its gradient by ΔW is μ(ΔW − ΔW₀). A pull on the factors themselves
 * would hold back moves that change no product; this one sees what the model sees.
 */
export function proximalPull(start: Factors, mu: number) {
  return (parameters: Parameters, gradients: Gradients): void => {
    for (const [name, module] of start) {
      const { rank, scaling, a, b } = module
      const names = loraNames(name)
      const now = {
        rank,
        a: parameters.get(names.a) as Float32Array,
        b: parameters.get(names.b) as Float32Array,
      }
      const parts = [
        { ...now, coefficient: mu * scaling },
        { rank, a, b, coefficient: -mu * scaling },
      ]
      addProductGradient(name, module, parts, parameters, gradients)
    }
  }
}
