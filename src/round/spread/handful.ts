import { sha256 } from '../../base/content-id.ts'
import type { PeerId } from '../identifier.ts'

const utf8 = new TextEncoder()

/** How many peers hear news from one that has it. By 8 from everybody who hears it first, it reaches all but e⁻⁸. */
const HANDFUL = 8

/** A few of these peers, drawn by hash: other ones for every lot. A peer can be drawn twice, and is then told once. */
export function handfulOf(peers: readonly PeerId[], lot: string): readonly PeerId[] {
  if (peers.length <= HANDFUL) return peers
  const digest = sha256(utf8.encode(lot))
  const view = new DataView(digest.buffer, digest.byteOffset)
  const drawn = Array.from(
    { length: HANDFUL },
    (_, at) => peers[view.getUint32(4 * at) % peers.length] as PeerId,
  )
  return [...new Set(drawn)]
}
