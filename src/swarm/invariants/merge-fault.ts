import type { Charter } from '../../round/charter/charter.ts'
import type { RoundRecord } from '../../round/record/record.ts'
import { recordId } from '../../round/record/record-id.ts'
import type { Lineages } from './lineages.ts'

/**
 * What is wrong with another lineage's head that a record merges; null if nothing is. It must be certified, count the
 * samples of its own round, be of another lineage, and neither it nor what led to it may be merged twice. A record after
 * the charter's last round must merge one.
 */
export function mergeFault(
  { rounds }: Pick<Charter, 'rounds'>,
  lineages: Lineages,
  record: RoundRecord,
): string | null {
  const { merged } = record
  if (merged === null) return record.round > rounds ? 'it is after the last round and merges nothing' : null
  const head = lineages.get(merged.record)?.record
  if (head === undefined) return 'it merges a head that nobody certified'
  const samples = head.contributions.reduce((sum, { body }) => sum + body.samples, 0)
  if (merged.samples !== samples) return `it merges ${merged.samples} samples of ${samples}`
  if (merged.global.body !== head.global.body || merged.round !== head.round)
    return 'what it merges is not that head'
  const own = lineages.chain(record.previous)
  if (own.some(({ record: one }) => recordId(one) === merged.record)) return 'it merges its own lineage'
  const merging = new Set(own.flatMap(({ record: one }) => (one.merged === null ? [] : [one.merged.record])))
  const again = lineages.chain(merged.record).find(({ record: one }) => merging.has(recordId(one)))
  return again === undefined ? null : `round ${again.record.round} of the other lineage is merged twice`
}
