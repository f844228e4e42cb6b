import { z } from 'zod'
import { MAX_ADDRESSES, MAX_HANDSHAKE_FRAME_BYTES, NONCE_BYTES } from './constants.ts'

const MAX_REASON_LENGTH = 256

const bytes = (min: number, max: number) =>
  z.instanceof(Uint8Array).refine((value) => value.length >= min && value.length <= max, 'wrong length')

/** First frame of each side. */
export const HELLO = z.strictObject({
  version: z.int().min(0).max(1_000_000),
  federation: z.string().max(128),
  nonce: bytes(NONCE_BYTES, NONCE_BYTES),
  /** Where the sender can be dialled. */
  addresses: z.array(z.string().max(256)).max(MAX_ADDRESSES),
})
export type Hello = z.infer<typeof HELLO>

/** Second frame of each side, bound to both nonces. */
export const PROOF = z.strictObject({ proof: bytes(0, 1024) })

/** Last frame of each side; `reason` is empty for an admitted peer, and is shown to people. */
export const VERDICT = z.strictObject({
  admitted: z.boolean(),
  reason: z
    .string()
    .max(MAX_REASON_LENGTH * 4)
    .transform((text) => text.replace(/\p{C}/gu, ' ').slice(0, MAX_REASON_LENGTH)),
})

/** Of every frame of the handshake. */
export const BOUNDS = { maxBytes: MAX_HANDSHAKE_FRAME_BYTES, maxDepth: 2, maxItems: 64 }
