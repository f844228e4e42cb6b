import { sha256 } from '../../base/content-id.ts'
import { byCodeUnits, type ContentId, type PeerId } from '../identifier.ts'
import { peersOf, type Roster } from './roster.ts'

const utf8 = new TextEncoder()

/** A number that nobody knows before the record is certified, as hexadecimal text to sort by. */
export const lot = (previous: ContentId, purpose: string, peer: PeerId): string =>
  Buffer.from(sha256(utf8.encode(`${previous}/${purpose}/${peer}`))).toString('hex')

/**
 * Who votes in a round: the whole roster, or, where it has more than `committeeSize` peers, as many of it drawn by
 * hash from the previous record. Ordered by peer.
 */
export function votersOf(roster: Roster, committeeSize: number, previous: ContentId): readonly PeerId[] {
  const peers = peersOf(roster)
  if (peers.length <= committeeSize) return peers
  const before = known.get(roster)
  if (before?.previous === previous && before.voters.length === committeeSize) return before.voters
  const voters = draw(peers, committeeSize, previous)
  known.set(roster, { previous, voters })
  return voters
}

/** The last committee of each roster; rosters are immutable. */
const known = new WeakMap<Roster, { readonly previous: ContentId; readonly voters: readonly PeerId[] }>()

const draw = (peers: readonly PeerId[], size: number, previous: ContentId): readonly PeerId[] =>
  peers
    .map((peer) => ({ peer, lot: lot(previous, 'committee', peer) }))
    .sort((one, other) => byCodeUnits(one.lot, other.lot))
    .slice(0, size)
    .map(({ peer }) => peer)
    .sort(byCodeUnits)
