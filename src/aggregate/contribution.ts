import type { Factors, ModuleFactors } from '../base/adapter.ts'

/** What one peer brings to a round. */
export interface Contribution {
  /** The peer's id: contributions are put in the order of their ids, so that arrival order is of no matter. */
  readonly peer: string
  /** Examples that the factors were trained on; weights are in proportion to it. */
  readonly samples: number
  readonly factors: Factors
}

/** One module of a contribution, with its share of all samples. */
export interface ModuleContribution {
  readonly peer: string
  /** nᵢ/Σn; the weights of a round add up to 1. */
  readonly weight: number
  readonly factors: ModuleFactors
}
