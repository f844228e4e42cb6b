import type { Charter } from '../../round/charter/charter.ts'
import type { RoundRecord } from '../../round/record/record.ts'
import { foundingRoster, type Roster } from '../../round/roster/roster.ts'

/** Whose round it was: the roster of the record before, or the side of it that went on alone. */
export function rosterOfRecord(charter: Charter, { split }: RoundRecord, before: RoundRecord | null): Roster {
  const whole = before === null ? foundingRoster(charter) : before.nextRoster
  return split === null ? whole : whole.filter(({ peer }) => split.side.includes(peer))
}
