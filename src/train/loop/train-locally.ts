import type { Factors } from '../../base/adapter.ts'
import type { Trainable } from '../../model/trainable.ts'
import type { GradientsOf } from './accumulate-gradients.ts'
import { factorsOfParameters, parametersOfFactors } from './factor-parameters.ts'
import { gradientsAbove } from './gradients-above.ts'
import { runTraining, type Training, type TrainingOutcome } from './run-training.ts'

export interface LocalTraining extends Omit<Training, 'parameters' | 'gradientsOf'> {
  /** Opened with the factors' modules and ranks. */
  readonly trainable: Pick<Trainable, 'step'>
  /** Where training begins; left as they are. */
  readonly factors: Factors
  /** Factors that lie frozen below; `trainable` was opened with both stacked (`stackFactors`). */
  readonly below?: Factors | null
}

/**
 * One peer's training of LoRA factors. The optimiser begins anew at every call unless `resume` is given, as
 * FlexLoRA's clients do: between rounds the factors are replaced by those of a singular value
 * decomposition, and moments kept in the coordinates of the old ones would mean nothing.
 *
 * The same seed, data and factors give the same factors bit for bit on the same machine.
 */
export async function trainLocally(
  training: LocalTraining,
): Promise<TrainingOutcome & { readonly factors: Factors }> {
  const { trainable, factors, below, ...rest } = training
  const parameters = parametersOfFactors(factors)
  const step: GradientsOf = (...pass) => trainable.step(...pass)
  const outcome = await runTraining({
    ...rest,
    parameters,
    gradientsOf: below ? gradientsAbove(step, factors, below) : step,
  })
  return { ...outcome, factors: factorsOfParameters(factors, parameters) }
}
