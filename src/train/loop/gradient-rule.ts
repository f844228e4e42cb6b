import type { Gradients, Parameters } from '../optimizer/parameters.ts'

/** What a federation changes of a peer's gradients, between the model and the optimiser. */
export interface GradientRule {
  /** Parameters that stay as they are, decay included. Default: none. */
  readonly frozen?: (name: string) => boolean
  /** Adds to the gradients in place, before they are clipped. */
  readonly correct?: (parameters: Parameters, gradients: Gradients) => void
}

/** Corrections one after the other. */
export const together =
  (corrections: readonly Required<GradientRule>['correct'][]): Required<GradientRule>['correct'] =>
  (parameters, gradients) => {
    for (const correct of corrections) correct(parameters, gradients)
  }

/** The gradients that the optimiser sees. */
export function ruledGradients(
  { frozen, correct }: GradientRule,
  parameters: Parameters,
  gradients: Gradients,
): Gradients {
  const learning = frozen ? new Map([...gradients].filter(([name]) => !frozen(name))) : gradients
  correct?.(parameters, learning)
  return learning
}
