import { strategyOf } from '../aggregate/strategy.ts'
import { random, shuffled } from '../base/random.ts'
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

/** Draws by chance of this peer's own, which nobody can foresee, as the charter says. */
export const drawModules: DrawModules = ({ charter, modules }, record) => {
  const { verification = DEFAULT_VERIFICATION } = charter
  if (verification === 'all' || !judgesModulesAlone(charter)) return null
  const { sampledModules, aboveBytes } = verification
  const bytes = record.contributions.reduce((sum, { body }) => sum + body.size, record.global.size)
  if (bytes <= aboveBytes || modules.length <= sampledModules) return null
  const names = modules.map(({ name }) => name)
  return shuffled(names, random(crypto.randomUUID(), 'sample')).slice(0, sampledModules)
}

/** How long a voter that checked a sample waits for others' complaints before it says that it found nothing. */
export function graceMs({ verification = DEFAULT_VERIFICATION }: Charter): number {
  return verification === 'all' ? 0 : verification.graceMs
}
