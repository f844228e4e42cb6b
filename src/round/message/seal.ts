import { encodeCanonical } from '../../base/canonical-cbor.ts'
import type { PeerId } from '../identifier.ts'
import type { Draft, Message } from './message.ts'

/** The bytes that a peer signs, under the domain `draft.kind`. */
export const signedBytes = (draft: Pick<Draft, 'body'>): Uint8Array => encodeCanonical(draft.body)

/** A draft with its author and signature: ready to be sent, and to be given back to the machine. */
export const seal = (draft: Draft, peer: PeerId, signature: Uint8Array): Message => ({
  ...draft,
  peer,
  signature,
})
