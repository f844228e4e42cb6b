import { createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto'
import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { signedBytes } from './signature.ts'

export const SEED_BYTES = 32
/** DER of a PKCS#8 Ed25519 private key (RFC 8410) up to the 32 seed bytes. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Who a peer is: an Ed25519 key pair, known to others by its peer id. */
export interface Identity {
  /** The libp2p peer id, which holds the public key. */
  readonly peerId: string
  /** The signature over bytes of one kind (`verifySignature` checks it), 64 bytes. */
  sign(kind: string, bytes: Uint8Array): Uint8Array
}

const seeds = new WeakMap<Identity, Uint8Array>()

/** An identity from a secret seed of 32 bytes, by default a new one. It is kept nowhere: see `loadIdentity`. */
export function createIdentity(seed: Uint8Array = randomBytes(SEED_BYTES)): Identity {
  if (seed.length !== SEED_BYTES) throw new RangeError(`a seed has ${SEED_BYTES} bytes, not ${seed.length}`)
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
  const { x } = createPublicKey(key).export({ format: 'jwk' })
  const peerId = peerIdFromPublicKey(publicKeyFromRaw(Buffer.from(x as string, 'base64url'))).toString()
  const identity: Identity = {
    peerId,
    sign: (kind, bytes) => new Uint8Array(sign(null, signedBytes(kind, bytes), key)),
  }
  seeds.set(identity, Uint8Array.from(seed))
  return identity
}

/** The secret of an identity; only the transport and the identity file need it, so it is not a property. */
export function secretSeed(identity: Identity): Uint8Array {
  const seed = seeds.get(identity)
  if (!seed) throw new TypeError('the identity was not made by createIdentity')
  return seed
}
