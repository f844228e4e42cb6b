import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { peerIdFromString } from '@libp2p/peer-id'

/** What a signature may be over: `vote`, `announcement`, … */
const KIND = /^[a-z][a-z-]{0,31}$/
const SIGNATURE_BYTES = 64
const MAX_CACHED_KEYS = 4096
/** DER of a SubjectPublicKeyInfo for Ed25519 (RFC 8410) up to the 32 key bytes. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

export const isKind = (text: string): boolean => KIND.test(text)

/** The bytes that are signed: the domain, so that no signature serves for another kind, a zero, and the content. */
export function signedBytes(kind: string, bytes: Uint8Array): Uint8Array {
  if (!isKind(kind)) throw new RangeError(`not a kind of message: ${kind}`)
  return Buffer.concat([Buffer.from(`flexswarm/1/${kind}\0`), bytes])
}

const keys = new Map<string, KeyObject | undefined>()

function publicKey(peerId: string): KeyObject | undefined {
  if (keys.has(peerId)) return keys.get(peerId)
  if (keys.size >= MAX_CACHED_KEYS) keys.clear()
  const key = readPublicKey(peerId)
  keys.set(peerId, key)
  return key
}

function readPublicKey(peerId: string): KeyObject | undefined {
  try {
    const id = peerIdFromString(peerId)
    if (id.type !== 'Ed25519' || id.toString() !== peerId) return undefined
    const key = Buffer.concat([SPKI_PREFIX, id.publicKey.raw])
    return createPublicKey({ key, format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}

/** Whether a text from outside is an Ed25519 peer id exactly as libp2p writes it. */
export const isPeerId = (text: unknown): text is string =>
  typeof text === 'string' && text.length <= 64 && publicKey(text) !== undefined

/**
 * Whether `signature` is the Ed25519 signature (RFC 8032) of the peer over `bytes` of this kind. The peer id holds
 * the key. False for whatever else comes from outside.
 */
export function verifySignature(
  peerId: string,
  kind: string,
  bytes: Uint8Array,
  signature: Uint8Array,
): boolean {
  const key = isKind(kind) && signature.length === SIGNATURE_BYTES ? publicKey(peerId) : undefined
  return key !== undefined && verify(null, signedBytes(kind, bytes), key, signature)
}
