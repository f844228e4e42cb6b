import { accept, type Result, refuse } from '../../base/result.ts'
import { electionOrder } from '../election/election-order.ts'
import type { PeerId } from '../identifier.ts'
import type { RecordFrame } from '../record/check-record.ts'
import type { RoundRecord, SideProof } from '../record/record.ts'
import { peersOf, positionOf, type Roster } from '../roster/roster.ts'

/** The part of a roster that is on one side of a partition. The same list comes back if that is everybody. */
export const sideRoster = (roster: Roster, side: readonly PeerId[]): Roster =>
  side.length === roster.length ? roster : roster.filter(({ peer }) => positionOf(side, peer) >= 0)

/** Who has served in this cycle and is not on the side, besides those who had left before: coming back gives no second turn. */
export function departedFrom(
  roster: Roster,
  side: readonly PeerId[],
  departed: readonly PeerId[],
): readonly PeerId[] {
  const parted = roster.filter(({ peer, served }) => served && positionOf(side, peer) < 0)
  return parted.length === 0 ? departed : [...new Set([...departed, ...parted.map(({ peer }) => peer)])]
}

/** Whether a side is of this roster and all its members want to go on alone. Signatures are checked before. */
function checkSide(roster: Roster, { side, signatures }: SideProof): Result<null> {
  const peers = peersOf(roster)
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
  const fits = checkSide(frame.roster, split)
  if (!fits.ok) return fits
  const roster = sideRoster(frame.roster, split.side)
  const departed = departedFrom(frame.roster, split.side, frame.departed)
  return accept({ ...frame, roster, departed, order: electionOrder(roster, frame.previous) })
}
