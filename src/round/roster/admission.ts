import type { Charter } from '../charter/charter.ts'
import type { PeerId } from '../identifier.ts'
import type { Join, Leave } from '../message/membership.ts'

/** A wish counts for this many rounds, so that nobody can replay it later. */
const WISH_ROUNDS = 2

/**
 * Whether the charter lets a peer onto the roster. Invitations are checked by the handshake, before a peer can say
 * anything.
 */
export const isAdmitted = ({ admission, founders }: Charter, peer: PeerId): boolean =>
  admission.kind !== 'listed' || admission.peers.includes(peer) || founders.includes(peer)

/** Whether a wish to join or leave is recent enough to be granted by the record after `headRound`. */
export const isCurrentWish = (wish: Join | Leave, headRound: number): boolean =>
  wish.round >= headRound - WISH_ROUNDS && wish.round <= headRound + 1
