import { stackFactors } from '../../adapter/stack-factors.ts'
import type { Factors, ModuleFactors } from '../../base/adapter.ts'
import { loraNames } from '../../model/lora-spec.ts'
import type { Gradients, Parameters } from '../optimizer/parameters.ts'
import type { GradientsOf } from './accumulate-gradients.ts'
import { parametersOfFactors } from './factor-parameters.ts'

/**
 * Gradients of an adapter that lies above a frozen one, from a model that was opened with both stacked
 * (`stackFactors`): the frozen directions are put below the parameters, and their gradients dropped.
 */
export function gradientsAbove(gradientsOf: GradientsOf, factors: Factors, below: Factors): GradientsOf {
  const stacked = stackFactors(factors, below)
  const whole = parametersOfFactors(stacked)
  return async (batch, parameters, options) => {
    for (const [name, own] of factors) place(name, own, stacked.get(name) as ModuleFactors, parameters, whole)
    const { lossSum, gradients } = await gradientsOf(batch, whole, options)
    const above = [...factors].flatMap(([name, own]) =>
      cut(name, own, stacked.get(name) as ModuleFactors, gradients),
    )
    return { lossSum, gradients: new Map(above) }
  }
}

/** Writes the learning directions into the stack. */
function place(
  module: string,
  { rank, outFeatures }: ModuleFactors,
  { rank: wholeRank }: ModuleFactors,
  parameters: Parameters,
  whole: Parameters,
): void {
  const names = loraNames(module)
  whole.get(names.a)?.set(parameters.get(names.a) as Float32Array)
  const [own, stacked] = [parameters.get(names.b), whole.get(names.b)] as [Float32Array, Float32Array]
  for (let i = 0; i < outFeatures; i++) stacked.set(own.subarray(i * rank, (i + 1) * rank), i * wholeRank)
}

/** The gradients of the learning directions alone. */
function cut(
  module: string,
  { rank, inFeatures, outFeatures }: ModuleFactors,
  { rank: wholeRank }: ModuleFactors,
  gradients: Gradients,
): [string, Float32Array][] {
  const names = loraNames(module)
  const [a, b] = [gradients.get(names.a), gradients.get(names.b)]
  if (a === undefined || b === undefined) return []
  const own = new Float32Array(outFeatures * rank)
  for (let i = 0; i < outFeatures; i++) own.set(b.subarray(i * wholeRank, i * wholeRank + rank), i * rank)
  return [
    [names.a, a.slice(0, rank * inFeatures)],
    [names.b, own],
  ]
}
