import { z } from 'zod'
import { encodeCanonical } from '../base/canonical-cbor.ts'
import { decodeStrict } from '../base/decode-strict.ts'
import type { Result } from '../base/result.ts'
import { MAX_PAYLOAD_BYTES } from '../network/envelope.ts'

const gossipSchema = z.strictObject({
  message: z.instanceof(Uint8Array),
  /** The announced body itself, where it is small. */
  attachment: z.instanceof(Uint8Array).nullable(),
})

/** A message as it is gossiped, with what rides along. */
export interface Gossiped {
  readonly message: Uint8Array
  readonly attachment: Uint8Array | null
}

export const encodeGossip = ({ message, attachment }: Gossiped): Uint8Array =>
  encodeCanonical({ message, attachment })

/** What was gossiped; the message in it is not decoded yet. */
export const decodeGossip = (payload: Uint8Array): Result<Gossiped> =>
  decodeStrict(payload, gossipSchema, { maxBytes: MAX_PAYLOAD_BYTES, maxDepth: 2, maxItems: 16 })
