import { type Random, random, shuffled } from '../base/random.ts'
import type { Charter } from '../round/charter/charter.ts'
import { DEFAULT_VERIFICATION } from '../round/charter/charter-defaults.ts'
import type { RoundRecord } from '../round/record/record.ts'
import type { JudgeContext } from './judge-context.ts'
import { judgesModulesAlone } from './judges-modules-alone.ts'

/** Which modules of a record a voter checks; null: all. */
export type DrawModules = (
  context: Pick<JudgeContext, 'charter' | 'modules'>,
  record: RoundRecord,
) => readonly string[] | null

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
  if (bytes <= verification.aboveBytes || !judgesModulesAlone(charter, names.length)) return null
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
