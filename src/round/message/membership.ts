import { z } from 'zod'
import { fieldsOf, listOf } from '../../base/bounded-schema.ts'
import { contentIdSchema, type PeerId, peerIdSchema, roundSchema, signatureSchema } from '../identifier.ts'

/** Who lets a peer in, by a signature of its own. */
export const inviteSchema = fieldsOf({ by: peerIdSchema, signature: signatureSchema })

export type JoinInvite = z.output<typeof inviteSchema>

/** A peer asks to be on the roster; `round` is the last certified round it knows. */
export const joinSchema = fieldsOf({
  federation: contentIdSchema,
  round: roundSchema,
  wish: z.literal('join'),
  /** Where only the invited may join: who invited this peer, and that peer's signature over `inviteBytes`. */
  invite: inviteSchema.exactOptional(),
})

/** A peer takes its leave; `round` is the last certified round it knows. */
export const leaveSchema = fieldsOf({
  federation: contentIdSchema,
  round: roundSchema,
  wish: z.literal('leave'),
})

/** A peer says which record it last saw certified: it is alive, and here is how far it is. */
export const headSchema = fieldsOf({
  federation: contentIdSchema,
  round: roundSchema,
  record: contentIdSchema,
  /** Only under `continue`: a quorum is out of reach, and it would go on with these peers alone (in order). */
  side: listOf(peerIdSchema, 1, 4096).exactOptional(),
})

export type Join = z.output<typeof joinSchema>
export type Leave = z.output<typeof leaveSchema>
export type Head = z.output<typeof headSchema>

export interface SignedJoin {
  readonly kind: 'join'
  readonly peer: PeerId
  readonly body: Join
  readonly signature: Uint8Array
}

export interface SignedLeave {
  readonly kind: 'leave'
  readonly peer: PeerId
  readonly body: Leave
  readonly signature: Uint8Array
}

export interface SignedHead {
  readonly kind: 'head'
  readonly peer: PeerId
  readonly body: Head
  readonly signature: Uint8Array
}
