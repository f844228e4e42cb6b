import type { ModuleContribution } from './contribution.ts'
import type { Term } from './stacked-product.ts'
import type { ProductStrategy } from './strategy.ts'

/** FlexLoRA (arXiv 2402.11505, eq. 3): ΔW = Σ wᵢ sᵢ BᵢAᵢ, wᵢ by samples, decomposed by SVD for each rank. */
export const flexlora: ProductStrategy = { kind: 'product', needsPrevious: false, terms: weightedTerms }

export function weightedTerms(contributions: readonly ModuleContribution[]): Term[] {
  return contributions.map(({ weight, factors }) => ({ factors, coefficient: weight * factors.scaling }))
}
