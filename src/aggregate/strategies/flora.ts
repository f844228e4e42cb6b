import { weightedTerms } from '../flexlora.ts'
import type { ProductStrategy } from '../strategy.ts'

/**
 * FLoRA (arXiv 2409.05976, §3.2): the factors are stacked, [B₁ … Bₙ]·[w₁s₁A₁; …; wₙsₙAₙ] = Σ wᵢsᵢBᵢAᵢ, merged into the
 * base, and the peers begin new adapters: W ← W + Σ wᵢsᵢBᵢAᵢ. Here the base never changes; the sum over all rounds is
 * kept as global factors, which grow with every round and lie frozen below the peers' new adapters. It is exact up to
 * the charter's largest rank; past it the sum is cut to its best approximation, whose error the report gives.
 *
 * The authors' code (FederatedLLM) scales the stack by one α/r for all; ranks with other scalings come out wrong there.
 */
export const flora: ProductStrategy = {
  kind: 'product',
  needsPrevious: true,
  grows: true,
  foldsIntoBase: true,
  local: () => ({ trains: 'both', start: 'fresh' }),
  terms(contributions, previous) {
    const terms = weightedTerms(contributions)
    return previous ? [{ factors: previous, coefficient: previous.scaling }, ...terms] : terms
  },
}
