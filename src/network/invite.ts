import { fromString } from 'uint8arrays/from-string'
import { toString as toText } from 'uint8arrays/to-string'
import { z } from 'zod'
import { encodeCanonical } from '../base/canonical-cbor.ts'
import { decodeStrict } from '../base/decode-strict.ts'
import { INVITE, inviteBytes } from '../base/invite.ts'
import { type Result, refuse } from '../base/result.ts'
import type { Identity } from './identity.ts'
import { verifySignature } from './signature.ts'

export const MAX_INVITE_BYTES = 512

const schema = z.strictObject({
  v: z.literal(1),
  kind: z.literal('invite'),
  federation: z.string().min(1).max(128),
  /** Who may take part. */
  peer: z.string().min(1).max(128),
  /** Who says so. */
  by: z.string().min(1).max(128),
  signature: z.instanceof(Uint8Array).refine(({ length }) => length === 64, 'wrong length'),
})

/** One peer's signed word that another may take part in a federation. It serves nobody else, and nowhere else. */
export type Invite = z.output<typeof schema>

export const signInvite = (inviter: Identity, federation: string, peer: string): Invite => ({
  v: 1,
  kind: 'invite',
  federation,
  peer,
  by: inviter.peerId,
  signature: Uint8Array.from(inviter.sign(INVITE, inviteBytes(federation, peer))),
})

/** Whether the inviter has signed it. */
export const isSignedInvite = ({ federation, peer, by, signature }: Invite): boolean =>
  verifySignature(by, INVITE, inviteBytes(federation, peer), signature)

export const encodeInvite = (invite: Invite): Uint8Array => encodeCanonical({ ...invite })

export const decodeInvite = (bytes: Uint8Array): Result<Invite> =>
  decodeStrict(bytes, schema, { maxBytes: MAX_INVITE_BYTES, maxDepth: 1, maxItems: 16 })

/** The invite as text that fits into a peer's file. */
export const inviteText = (invite: Invite): string => toText(encodeInvite(invite), 'base64url')

export function readInviteText(text: string): Result<Invite> {
  if (!/^[A-Za-z0-9_-]{1,1024}$/.test(text)) return refuse('it is not base64url text')
  try {
    return decodeInvite(fromString(text, 'base64url'))
  } catch {
    return refuse('it is not base64url text')
  }
}
