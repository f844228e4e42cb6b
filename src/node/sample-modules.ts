import { strategyOf } from '../aggregate/strategy.ts'
import { type Random, random, shuffled } from '../base/random.ts'
import type { Charter } from '../round/charter/charter.ts'
import { DEFAULT_VERIFICATION } from '../round/charter/charter-defaults.ts'
import type { RoundRecord } from '../round/record/record.ts'
import { globalShapes } from './global-parts.ts'
import type { JudgeContext } from './judge-context.ts'
import { strategyNameOf } from './strategy-name.ts'

/** Which modules of a record a voter checks; null: all. */
export type DrawModules = (
  context: Pick<JudgeContext, 'charter' | 'modules'>,
  record: RoundRecord,
) => readonly string[] | null

const ANY = { name: 'any', inFeatures: 1, outFeatures: 1 }

/**
 * Whether a module can be judged without the others. A norm rule sums over all modules, and so do strategies that weigh
 * whole contributions against each other; others carry more in the global factors than the adapter's modules. There
 * every body is needed.
 */
export function judgesModulesAlone(charter: Charter): boolean {
  const strategy = strategyOf(strategyNameOf(charter))
  return (
    charter.contributions.norm.rule === 'none' &&
    strategy.kind !== 'weighing' &&
    strategy.foldsIntoBase !== true &&
    globalShapes(charter, [ANY]).length === 1
  )
}

/** As many modules as the charter says, by this chance; null: all. */
export function drawnModules(
  charter: Charter,
  names: readonly string[],
  record: RoundRecord,
  chance: Random,
): readonly string[] | null {
  const { verification = DEFAULT_VERIFICATION } = charter
  if (verification === 'all' || names.length <= verification.sampledModules) return null
  const bytes = record.contributions.reduce((sum, { body }) => sum + body.size, record.global.size)
  if (bytes <= verification.aboveBytes || !judgesModulesAlone(charter)) return null
  return shuffled(names, chance).slice(0, verification.sampledModules)
}

/** Draws by chance of this peer's own, which nobody can foresee. */
export const drawModules: DrawModules = ({ charter, modules }, record) => {
  const names = modules.map(({ name }) => name)
  return drawnModules(charter, names, record, random(crypto.randomUUID(), 'sample'))
}

/** How long a voter that checked a sample waits for others' complaints before it says that it found nothing. */
export function graceMs({ verification = DEFAULT_VERIFICATION }: Charter): number {
  return verification === 'all' ? 0 : verification.graceMs
}
