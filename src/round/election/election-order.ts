import { byCodeUnits, type ContentId, type PeerId } from '../identifier.ts'
import type { Roster, RosterEntry } from '../roster/roster.ts'
import { lot } from '../roster/voters.ts'

/** 0: able and not yet served in this cycle; 1: silent last round, so perhaps not able; 2: has served. */
const standing = ({ served, silent }: RosterEntry): number => (served ? 2 : silent > 0 ? 1 : 0)

/**
 * The order in which the roster's peers aggregate in a round: view v is led by the v-th, modulo the roster.
 * Those who have not served in this cycle come first, those last heard from before those that were silent; within
 * a group the order is a permutation seeded by the previous record's CID, so it is unknown until that record is
 * certified. (Its aggregator could try several records and pick the successor it likes; the cycle bounds what that
 * gains, since nobody serves twice before every able peer has.)
 */
export function electionOrder(roster: Roster, previous: ContentId): readonly PeerId[] {
  const before = known.get(roster)
  if (before?.previous === previous) return before.order
  const order = draw(roster, previous)
  known.set(roster, { previous, order })
  return order
}

/** The last order of each roster: it is asked for at every check of a record, and rosters are immutable. */
const known = new WeakMap<Roster, { readonly previous: ContentId; readonly order: readonly PeerId[] }>()

const draw = (roster: Roster, previous: ContentId): readonly PeerId[] =>
  roster
    .map((entry) => ({ entry, group: standing(entry), lot: lot(previous, 'election', entry.peer) }))
    .sort((one, other) => one.group - other.group || byCodeUnits(one.lot, other.lot))
    .map(({ entry }) => entry.peer)

/** The aggregator of a view. */
export const aggregatorOf = (order: readonly PeerId[], view: number): PeerId =>
  order[view % order.length] as PeerId
