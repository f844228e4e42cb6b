import { TargetModulesError } from './adapter-errors.ts'
import { firstMatches } from './first-matches.ts'
import { wholeName } from './rank-pattern.ts'

const ALL_LINEAR = 'all-linear'

/**
 * The modules that `target_modules` selects, in the order given, as `peft` does: a list holds names or their
 * endings, a text is a regular expression for the whole name, `all-linear` is every module given (give the linear
 * modules of the base without its output head). Throws `TargetModulesError` where nothing is selected.
 */
export function selectTargets(
  targetModules: readonly string[] | string,
  modules: readonly string[],
): string[] {
  const selected = modules.filter(selector(targetModules))
  if (selected.length === 0) {
    const endings = [...new Set(modules.map((module) => module.split('.').at(-1) as string))]
    throw new TargetModulesError(targetModules, 'no module of the base model matches', endings)
  }
  return selected
}

function selector(targetModules: readonly string[] | string): (module: string) => boolean {
  if (targetModules === ALL_LINEAR) return () => true
  if (typeof targetModules === 'string') {
    const expression = wholeName(targetModules)
    return (module) => firstMatches([expression], [module])[0] === 0
  }
  return (module) => targetModules.some((target) => module === target || module.endsWith(`.${target}`))
}
