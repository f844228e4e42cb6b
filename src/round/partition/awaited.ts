import type { PeerId } from '../identifier.ts'
import type { SignedHead } from '../message/membership.ts'
import { peersOf, positionOf } from '../roster/roster.ts'
import type { RoundState } from '../state.ts'

/**
 * Under `continue`, for a peer that is finished: who was on this lineage's roster within its trail and is not any
 * more, without having left. They may be a side with a lineage of its own, and are waited for.
 */
export function awaitedPeers({ self, roster, lineages: { trail } }: RoundState): readonly PeerId[] {
  const here = peersOf(roster)
  const left = new Set(trail.flatMap((entry) => entry.left))
  const before = new Set(trail.flatMap((entry) => peersOf(entry.roster)))
  return [...before].filter((peer) => peer !== self && positionOf(here, peer) < 0 && !left.has(peer)).sort()
}

/** One that was waited for has the same last record: its lineage is this one. */
export function meetAwaited(state: RoundState, { peer, body }: SignedHead): RoundState {
  if (body.record !== state.head.record || !state.awaited.includes(peer)) return state
  return { ...state, awaited: state.awaited.filter((other) => other !== peer) }
}
