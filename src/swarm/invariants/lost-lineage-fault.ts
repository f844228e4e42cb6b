import type { Charter } from '../../round/charter/charter.ts'
import type { Progress } from '../../round/progress/progress.ts'
import { recordId } from '../../round/record/record-id.ts'
import type { Lineages } from './lineages.ts'

type Change = Extract<Progress, { type: 'lineage' }>

/**
 * Whether a peer that goes over to another lineage loses what it must not: its records have to be merged there, or it
 * has to have waited for that as long as the charter says.
 */
export function lostLineageFault(
  charter: Charter,
  lineages: Lineages,
  { head, given, merged, waitedMs }: Change,
): string | null {
  if (given === 0) return null
  if (!merged)
    return waitedMs >= charter.deadlines.hardMs ? null : `gives up ${given} records that nobody merged`
  const own = new Set(lineages.chain(head).map(({ record }) => recordId(record)))
  for (const { record } of lineages.all()) if (own.has(record.merged?.record ?? '')) return null
  return `gives up ${given} records as merged, and no certified record merges them`
}
