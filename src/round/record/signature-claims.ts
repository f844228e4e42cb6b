import { encodeCanonical } from '../../base/canonical-cbor.ts'
import { INVITE, inviteBytes } from '../../base/invite.ts'
import type { PeerId } from '../identifier.ts'
import type { Join } from '../message/membership.ts'
import type { Message, MessageKind } from '../message/message.ts'
import { signedBytes } from '../message/seal.ts'
import { type Certificate, type CertifiedRecord, certifiedVote } from './certificate.ts'
import type { RoundRecord } from './record.ts'

/** Somebody's claim that `peer` signed `bytes` under the domain `kind`. */
export interface SignatureClaim {
  readonly peer: PeerId
  readonly kind: MessageKind | typeof INVITE
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
}

type Signed = { readonly peer: PeerId; readonly body: Message['body']; readonly signature: Uint8Array }

const claim = (kind: MessageKind, { peer, body, signature }: Signed): SignatureClaim => ({
  peer,
  kind,
  bytes: encodeCanonical(body),
  signature,
})

/** Every signature inside a record: those of contributions, judged announcements, joins and leaves. */
export function recordClaims(record: RoundRecord): SignatureClaim[] {
  const judged = record.exclusions.flatMap(({ peer, announced }) =>
    announced === null ? [] : [claim('announcement', { peer, ...announced })],
  )
  return [
    ...record.contributions.map((contribution) => claim('announcement', contribution)),
    ...judged,
    ...record.joined.flatMap((join) => [claim('join', join), ...inviteClaims(join.peer, join.body)]),
    ...record.left.map((leave) => claim('leave', leave)),
    ...splitClaims(record),
  ]
}

/** That whoever is named as the inviter of a peer has invited it. */
function inviteClaims(peer: PeerId, { federation, invite }: Join): SignatureClaim[] {
  if (invite === undefined) return []
  return [
    { peer: invite.by, kind: INVITE, bytes: inviteBytes(federation, peer), signature: invite.signature },
  ]
}

function splitClaims({ split, federation, round, previous }: RoundRecord): SignatureClaim[] {
  if (split === null) return []
  const body = { federation, round: round - 1, record: previous, side: split.side }
  return split.signatures.map(({ peer, signature }) => claim('head', { peer, body, signature }))
}

/**
 * Every signature that must hold before the message may be given to the machine. Whoever carries this out may
 * remember what it has checked: the announcements in a proposal have mostly been heard before.
 */
export function signatureClaims(message: Message): SignatureClaim[] {
  const own: SignatureClaim = {
    peer: message.peer,
    kind: message.kind,
    bytes: signedBytes(message),
    signature: message.signature,
  }
  if (message.kind === 'join') return [own, ...inviteClaims(message.peer, message.body)]
  return message.kind === 'proposal' ? [own, ...recordClaims(message.record)] : [own]
}

/** Every signature of a certificate. */
export function certificateClaims(certificate: Certificate): SignatureClaim[] {
  const bytes = encodeCanonical(certifiedVote(certificate))
  return certificate.signatures.map(({ peer, signature }) => ({ peer, kind: 'vote', bytes, signature }))
}

/** Every signature that must hold before a fetched record may be given to the machine. */
export const certifiedRecordClaims = ({ record, certificate }: CertifiedRecord): SignatureClaim[] => [
  ...certificateClaims(certificate),
  ...recordClaims(record),
]
