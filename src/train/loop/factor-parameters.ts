import type { Factors, ModuleFactors } from '../../base/adapter.ts'
import { loraNames, loraParameters } from '../../model/lora-spec.ts'
import type { Parameters } from '../optimizer/parameters.ts'

/** Copies of all factors, by parameter name. */
export const parametersOfFactors = (factors: Factors): Map<string, Float32Array> =>
  new Map([...loraParameters(factors)].map(([name, values]) => [name, values.slice()]))

/** Factors of the same modules, ranks and scalings with the parameters' values (not copied). */
export function factorsOfParameters(like: Factors, parameters: Parameters): Factors {
  const module = (name: string, { a, b, ...rest }: ModuleFactors): ModuleFactors => {
    const names = loraNames(name)
    return { ...rest, a: parameters.get(names.a) ?? a, b: parameters.get(names.b) ?? b }
  }
  return new Map([...like].map(([name, factors]) => [name, module(name, factors)]))
}
