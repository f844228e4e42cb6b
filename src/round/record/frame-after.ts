import type { Charter } from '../charter/charter.ts'
import { electionOrder } from '../election/election-order.ts'
import type { ContentId } from '../identifier.ts'
import type { Roster } from '../roster/roster.ts'
import type { HeadOfChain } from '../state.ts'
import type { RecordFrame } from './check-record.ts'

/** What the record after a head must follow from. The roster must not be empty. */
export const frameAfter = (
  charter: Charter,
  federation: ContentId,
  head: HeadOfChain,
  roster: Roster,
): RecordFrame => ({
  charter,
  federation,
  round: head.round + 1,
  previous: head.record,
  roster,
  apart: [],
  order: electionOrder(roster, head.record),
  departed: head.departed,
})
