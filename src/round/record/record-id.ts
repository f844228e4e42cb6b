import { cidOfValue } from '../../base/content-id.ts'
import type { ContentId } from '../identifier.ts'
import type { RosterEntry } from '../roster/roster.ts'
import type { RoundRecord } from './record.ts'

const known = new WeakMap<object, ContentId>()

function remembered(value: object, make: () => ContentId): ContentId {
  const before = known.get(value)
  if (before !== undefined) return before
  const id = make()
  known.set(value, id)
  return id
}

/** The CID of a record. Records are immutable, so it is computed once for each. */
export const recordId = (record: RoundRecord): ContentId => remembered(record, () => cidOfValue(record))

/** The CID of a roster. */
export const rosterId = (roster: readonly RosterEntry[]): ContentId =>
  remembered(roster, () => cidOfValue(roster))
