import type { Charter } from '../charter/charter.ts'
import { byCodeUnits, type PeerId } from '../identifier.ts'
import type { RoundRecord } from '../record/record.ts'
import { peersOf, type Roster, type RosterEntry } from './roster.ts'

/** What of a record the next roster follows from. */
export type RosterChange = Pick<RoundRecord, 'round' | 'view' | 'exclusions' | 'joined' | 'left'>

/** What it follows from besides the record. */
export interface RosterBefore {
  readonly roster: Roster
  /** Members that a side went on without: for it they are silent. */
  readonly apart: Roster
  /** The round's election order. */
  readonly order: readonly PeerId[]
  /** Peers that are on the roster no more but have served in this cycle: coming back gives no second turn. */
  readonly departed: readonly PeerId[]
}

/** The next roster, and who has left it since the cycle began, having served. */
export interface RosterAfter {
  readonly nextRoster: Roster
  readonly departed: readonly PeerId[]
}

/**
 * The roster after a record, which every voter computes for itself: those who left are gone, those silent for
 * `leaseRounds` rounds in a row have lost their lease, those admitted are added. Everybody whose turn came in the
 * record's view or before has served, whether or not it was able to; once no able peer is left that has not, a new
 * cycle begins.
 */
export function nextRoster(
  charter: Pick<Charter, 'leaseRounds'>,
  { roster, apart, order, departed }: RosterBefore,
  change: RosterChange,
): RosterAfter {
  const left = new Set(change.left.map(({ peer }) => peer))
  const silent = new Set(
    change.exclusions.filter(({ reason }) => reason === 'silent').map(({ peer }) => peer),
  )
  const turns = new Set(order.slice(0, change.view + 1))
  const after = [
    ...roster.map((entry) => afterRound(entry, silent.has(entry.peer), turns.has(entry.peer))),
    ...apart.map((entry) => afterRound(entry, true, false)),
  ]
  const staying = after.filter((entry) => !left.has(entry.peer) && entry.silent < charter.leaseRounds)
  const joining = change.joined.map(({ peer }) => ({
    peer,
    since: change.round + 1,
    silent: 0,
    served: departed.includes(peer),
  }))
  const next = [...staying, ...joining].sort((one, other) => byCodeUnits(one.peer, other.peer))
  const served = after.filter((entry) => entry.served).map(({ peer }) => peer)
  return newCycle(next, [...departed, ...served])
}

const afterRound = (entry: RosterEntry, silent: boolean, turn: boolean): RosterEntry => ({
  ...entry,
  silent: silent ? entry.silent + 1 : 0,
  served: entry.served || turn,
})

/** Everybody may serve again once nobody able is left who has not. */
function newCycle(next: Roster, served: readonly PeerId[]): RosterAfter {
  if (!next.some((entry) => !entry.served && entry.silent === 0))
    return { nextRoster: next.map((entry) => ({ ...entry, served: false })), departed: [] }
  const staying = new Set(peersOf(next))
  const departed = [...new Set(served)].filter((peer) => !staying.has(peer)).sort(byCodeUnits)
  return { nextRoster: next, departed }
}
