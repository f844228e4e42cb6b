import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { z } from 'zod'
import { fieldsOf, listOf } from '../../base/bounded-schema.ts'
import { decodeStrict } from '../../base/decode-strict.ts'
import type { Result } from '../../base/result.ts'
import { MAX_ADDRESSES } from '../handshake/constants.ts'
import { isPeerId } from '../signature.ts'

/** How many peers one answer names. */
export const MAX_PEERS_TOLD = 128
/** Longest list of them. */
export const MAX_KNOWN_PEERS_BYTES = 640 * 1024

const KNOWN_PEERS = listOf(
  fieldsOf({
    peer: z.string().refine(isPeerId, 'not a peer id'),
    addresses: listOf(z.string().max(256), 0, MAX_ADDRESSES),
  }),
  0,
  MAX_PEERS_TOLD,
)

/** Whom another peer says that it knows. */
export const decodeKnownPeers = (bytes: Uint8Array): Result<z.infer<typeof KNOWN_PEERS>> =>
  decodeStrict(bytes, KNOWN_PEERS, { maxBytes: MAX_KNOWN_PEERS_BYTES, maxDepth: 4, maxItems: 4096 })

/** An address that another peer tells, or undefined where it is none. */
export function multiaddrOf(address: string): Multiaddr | undefined {
  try {
    return multiaddr(address)
  } catch {
    return undefined
  }
}
