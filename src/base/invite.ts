import { encodeCanonical } from './canonical-cbor.ts'

/** The domain under which invites are signed. */
export const INVITE = 'invite'

/** What an inviter signs: that this peer may take part in this federation. */
export const inviteBytes = (federation: string, peer: string): Uint8Array =>
  encodeCanonical({ federation, peer })
