import { strategyOf } from '../aggregate/strategy.ts'
import type { Charter } from '../round/charter/charter.ts'
import { DEFAULT_VERIFICATION } from '../round/charter/charter-defaults.ts'
import { globalShapes } from './global-parts.ts'
import { strategyNameOf } from './strategy-name.ts'

/**
 * Whether a module can be judged without the others. Strategies that weigh whole contributions against each other need
 * every body, and so do those that carry more in the global factors than the adapter's modules. A norm rule sums over all
 * modules: it can be applied where their list says the norms.
 *
 * @param modules how many modules the adapter has
 */
export const judgesModulesAlone = (charter: Charter, modules: number): boolean =>
  strategyIsByModule(charter) && (charter.contributions.norm.rule === 'none' || listsNorms(charter, modules))

/**
 * Whether the list of a contribution's modules says the norm of each: where there is a norm rule and voters may check
 * fewer modules than there are. It follows from the charter and the model, so that all peers agree.
 */
export function listsNorms(charter: Charter, modules: number): boolean {
  const { contributions, verification = DEFAULT_VERIFICATION } = charter
  if (contributions.norm.rule === 'none' || verification === 'all') return false
  return modules > verification.sampledModules && strategyIsByModule(charter)
}

const ANY = { name: 'any', inFeatures: 1, outFeatures: 1 }

function strategyIsByModule(charter: Charter): boolean {
  const strategy = strategyOf(strategyNameOf(charter))
  return (
    strategy.kind !== 'weighing' &&
    strategy.foldsIntoBase !== true &&
    globalShapes(charter, [ANY]).length === 1
  )
}
