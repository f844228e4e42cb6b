import { accept, type Result, refuse } from '../../base/result.ts'
import type { Charter } from '../charter/charter.ts'
import { enoughOf } from '../collection/collection-end.ts'
import { electionOrder } from '../election/election-order.ts'
import type { PeerId } from '../identifier.ts'
import type { RecordFrame } from '../record/check-record.ts'
import type { RoundRecord, SideProof } from '../record/record.ts'
import { peersOf, positionOf, type Roster } from '../roster/roster.ts'
import type { RoundState } from '../state.ts'

/** The part of a roster that is on one side of a partition. The same list comes back if that is everybody. */
export const sideRoster = (roster: Roster, side: readonly PeerId[]): Roster =>
  side.length === roster.length ? roster : roster.filter(({ peer }) => positionOf(side, peer) >= 0)

/** The rest of that roster: it keeps its places as long as silence allows (`nextRoster`). */
export const apartFrom = (roster: Roster, side: readonly PeerId[]): Roster =>
  roster.filter(({ peer }) => positionOf(side, peer) < 0)

/** How many a side must be to go on alone: as many as a record has to have contributions. */
export const leastSide = (charter: Charter, { length }: Roster): number => enoughOf(charter, length)

/** Whether a side is of this roster and all its members want to go on alone. Signatures are checked before. */
function checkSide({ charter, roster, apart }: RecordFrame, { side, signatures }: SideProof): Result<null> {
  const peers = peersOf(roster)
  const least = leastSide(charter, [...roster, ...apart])
  if (side.length < least) return refuse(`a side of ${side.length} goes on alone, ${least} are needed`)
  const ordered = side.every((peer, at) => at === 0 || (side[at - 1] ?? '') < peer)
  if (!ordered || side.some((peer) => positionOf(peers, peer) < 0))
    return refuse('the side is not of the roster')
  const agreed = signatures.length === side.length && signatures.every(({ peer }, at) => peer === side[at])
  return agreed ? accept(null) : refuse('not every peer of the side has signed it')
}

/** What a record must follow from: the whole roster, or the side of it that went on alone. */
export function frameOfRecord(
  frame: RecordFrame,
  { split }: Pick<RoundRecord, 'split'>,
): Result<RecordFrame> {
  if (split === null) return accept(frame)
  if (frame.charter.partition !== 'continue') return refuse('under pause no side goes on alone')
  const fits = checkSide(frame, split)
  if (!fits.ok) return fits
  const roster = sideRoster(frame.roster, split.side)
  const apart = [...frame.apart, ...apartFrom(frame.roster, split.side)]
  return accept({ ...frame, roster, apart, order: electionOrder(roster, frame.previous) })
}

/**
 * Whether a side that was taken comes to nothing: everybody in it has had a view to propose in since, or, where no view
 * ends because too few of it vote at all, the time for two collections has passed.
 */
export function isStuck({ side, agreement, roster, charter }: RoundState, nowMs: number): boolean {
  if (side === null) return false
  if (agreement.view > side.fromView + roster.length + 1) return true
  return nowMs - side.sinceMs >= 2 * charter.deadlines.hardMs
}
