import { z } from 'zod'
import { fieldsOf } from '../../base/bounded-schema.ts'
import type { Charter } from '../charter/charter.ts'
import { byCodeUnits, type PeerId, peerIdSchema, roundSchema } from '../identifier.ts'

export const rosterEntrySchema = fieldsOf({
  peer: peerIdSchema,
  /** The first round of its present membership. */
  since: roundSchema,
  /** How many rounds up to now, one after another, nothing was heard from it. */
  silent: roundSchema,
  /** Whether it has had its turn as aggregator in the present cycle. */
  served: z.boolean(),
})

export type RosterEntry = z.output<typeof rosterEntrySchema>

/** Who takes part in a round, ordered by peer. Frozen for the round. */
export type Roster = readonly RosterEntry[]

const founding = new WeakMap<Charter, Roster>()

/** The roster of round 1: the charter's founders. Charters are immutable, so each has one. */
export function foundingRoster(charter: Charter): Roster {
  const before = founding.get(charter)
  if (before !== undefined) return before
  const founders = [...charter.founders].sort(byCodeUnits)
  const roster = founders.map((peer) => ({ peer, since: 1, silent: 0, served: false }))
  founding.set(charter, roster)
  return roster
}

/** Whether two rosters say the same of the same peers. */
export const isSameRoster = (one: Roster, other: Roster): boolean =>
  one === other || (one.length === other.length && one.every((entry, at) => isSameEntry(entry, other[at])))

const isSameEntry = (one: RosterEntry, other: RosterEntry | undefined): boolean =>
  one.peer === other?.peer &&
  one.since === other.since &&
  one.silent === other.silent &&
  one.served === other.served

const peers = new WeakMap<Roster, readonly PeerId[]>()

/** The peers of a roster, in its order; computed once for each, since rosters are immutable. */
export function peersOf(roster: Roster): readonly PeerId[] {
  const before = peers.get(roster)
  if (before !== undefined) return before
  const made = roster.map(({ peer }) => peer)
  peers.set(roster, made)
  return made
}

const positions = new WeakMap<readonly PeerId[], ReadonlyMap<PeerId, number>>()

/** Where a peer stands in a list, or −1. The list's index is built once, since lists are immutable. */
export function positionOf(list: readonly PeerId[], peer: PeerId): number {
  return (positions.get(list) ?? indexOf(list)).get(peer) ?? -1
}

function indexOf(list: readonly PeerId[]): ReadonlyMap<PeerId, number> {
  const index = new Map(list.map((name, at) => [name, at]))
  positions.set(list, index)
  return index
}
