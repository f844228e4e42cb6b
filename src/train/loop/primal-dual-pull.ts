import type { Factors } from '../../base/adapter.ts'
import type { Gradients, Parameters } from '../optimizer/parameters.ts'
import { addProductGradient } from './product-correction.ts'
import { proximalPull } from './proximal-pull.ts'

/**
 * The local problem of primal-dual federated learning (FedVRA, arXiv 2212.01519, in its form of ADMM), on the product of
 * the factors: the loss grows by ⟨λ, ΔW − ΔW₀⟩ + γ/2·‖ΔW − ΔW₀‖²_F, whose gradient by ΔW is λ + γ(ΔW − ΔW₀). λ, the
 * peer's own dual, is a product of factors too; null: it is zero.
 */
export function primalDualPull(start: Factors, dual: Factors | null, gamma: number) {
  const pull = proximalPull(start, gamma)
  return (parameters: Parameters, gradients: Gradients): void => {
    pull(parameters, gradients)
    for (const [name, { rank, a, b, scaling }] of dual ?? []) {
      const shape = start.get(name)
      if (shape === undefined) continue
      addProductGradient(name, shape, [{ rank, a, b, coefficient: scaling }], parameters, gradients)
    }
  }
}
