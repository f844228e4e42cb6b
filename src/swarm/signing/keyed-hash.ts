import { equals } from 'uint8arrays/equals'
import { sha256 } from '../../base/content-id.ts'
import type { Draft, Message } from '../../round/message/message.ts'
import { seal, signedBytes } from '../../round/message/seal.ts'
import type { SignatureClaim } from '../../round/record/signature-claims.ts'

const utf8 = new TextEncoder()

/**
 * Signatures for virtual peers: a hash keyed with the peer's name. It stands in for Ed25519, which would cost most of
 * a simulation's time; lies are honest about not knowing others' keys.
 */
export function keyedHash(peer: string, kind: string, bytes: Uint8Array): Uint8Array {
  return sha256(utf8.encode(`key of ${peer}/${kind}/`), bytes)
}

export const signDraft = (draft: Draft, peer: string): Message =>
  seal(draft, peer, keyedHash(peer, draft.kind, signedBytes(draft)))

/** Signatures that were found to hold, with what they are over: most of them are seen many times. */
const known = new WeakMap<Uint8Array, Omit<SignatureClaim, 'signature'>>()

export function holds({ peer, kind, bytes, signature }: SignatureClaim): boolean {
  const before = known.get(signature)
  if (before?.peer === peer && before.kind === kind && equals(before.bytes, bytes)) return true
  const right = equals(keyedHash(peer, kind, bytes), signature)
  if (right) known.set(signature, { peer, kind, bytes })
  return right
}
