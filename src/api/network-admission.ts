import type { Admission } from '../network/handshake/admission.ts'
import { type Invite, isSignedInvite, readInviteText } from '../network/invite.ts'
import type { Charter } from '../round/charter/charter.ts'
import type { JoinInvite } from '../round/message/membership.ts'
import { UnusableInviteError } from './invite-errors.ts'

/** Who this peer lets in, as its charter says; `own` is the invite that it shows itself. */
export function networkAdmission({ admission, founders }: Charter, own: Invite | null): Admission {
  switch (admission.kind) {
    case 'open':
      return { kind: 'open' }
    case 'listed':
      return { kind: 'allow-list', peers: [...founders, ...admission.peers] }
    case 'invited':
      return { kind: 'invited', peers: [...founders, ...admission.by], by: admission.by, own }
  }
}

/** What of an invite goes into the peer's wish to join. */
export const joinInvite = (invite: Invite | null): JoinInvite | null =>
  invite === null ? null : { by: invite.by, signature: invite.signature }

/**
 * The invite of a peer's file; null where the file has none.
 *
 * @throws {UnusableInviteError} where it would not be taken, or is needed and missing
 */
export function ownInvite(
  text: string | undefined,
  { admission, founders }: Charter,
  federation: string,
  peer: string,
): Invite | null {
  if (admission.kind !== 'invited' || founders.includes(peer) || admission.by.includes(peer)) return null
  const refuse = (reason: string): never => {
    throw new UnusableInviteError(reason, peer)
  }
  if (text === undefined) return refuse('there is none, and the federation admits only the invited')
  const invite = readInviteText(text)
  if (!invite.ok) return refuse(invite.reason)
  if (invite.value.federation !== federation) return refuse('it is for another federation')
  if (invite.value.peer !== peer) return refuse(`it is for ${invite.value.peer}`)
  if (!admission.by.includes(invite.value.by)) return refuse(`${invite.value.by} may not invite`)
  return isSignedInvite(invite.value) ? invite.value : refuse('its signature is wrong')
}
