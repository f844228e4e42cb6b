import { type AdapterConfig, loraScaling } from '../base/adapter.ts'
import { TargetModulesError } from './adapter-errors.ts'

/** The rank of a module: that of the first pattern that matches it, else the adapter's. */
export const rankOf = (config: AdapterConfig, module: string): number =>
  firstMatch(config.rankPattern, module) ?? config.rank

/** The alpha of a module, likewise. */
export const alphaOf = (config: AdapterConfig, module: string): number =>
  firstMatch(config.alphaPattern, module) ?? config.alpha

/** What multiplies B·A in a module. */
export const scalingOf = (config: AdapterConfig, module: string): number =>
  loraScaling(alphaOf(config, module), rankOf(config, module), config.rsLora)

/** `peft` matches a pattern as `(.*\.)?(pattern)$` from the start of the name (peft.utils.get_pattern_key). */
function firstMatch(patterns: Readonly<Record<string, number>>, module: string): number | undefined {
  for (const [pattern, value] of Object.entries(patterns)) {
    if (wholeName(`(?:.*\\.)?(?:${pattern})`, pattern).test(module)) return value
  }
  return undefined
}

/** A Python pattern that has to match a whole name. Throws `TargetModulesError` where it is no expression. */
export function wholeName(expression: string, given = expression): RegExp {
  try {
    return new RegExp(`^(?:${expression})$`)
  } catch (error) {
    throw new TargetModulesError(given, error instanceof Error ? error.message : 'not a regular expression')
  }
}
