import { z } from 'zod'
import { fieldsOf } from '../base/bounded-schema.ts'
import { encodeCanonical } from '../base/canonical-cbor.ts'
import { decodeStrict } from '../base/decode-strict.ts'
import { type Result, refuse } from '../base/result.ts'
import { MAX_PAYLOAD_BYTES } from '../network/envelope.ts'
import { contentIdSchema } from '../round/identifier.ts'

const wholeSchema = fieldsOf({
  message: z.instanceof(Uint8Array),
  /** The announced body itself, where it is small. */
  attachment: z.instanceof(Uint8Array).nullable(),
})

const gossipSchema = z.union([
  wholeSchema,
  fieldsOf({ pull: fieldsOf({ body: contentIdSchema, size: z.number().int().min(1) }) }),
])

/** A message as it is gossiped, with what rides along. */
export interface WholeMessage {
  readonly message: Uint8Array
  readonly attachment: Uint8Array | null
}

/** Where a message is that is too long for gossip: a blob, by its CID, of `size` bytes. */
export interface MessageToPull {
  readonly body: string
  readonly size: number
}

export type Gossiped = WholeMessage | { readonly pull: MessageToPull }

export const encodeGossip = (gossiped: Gossiped): Uint8Array =>
  encodeCanonical(
    'pull' in gossiped
      ? { pull: { body: gossiped.pull.body, size: gossiped.pull.size } }
      : { message: gossiped.message, attachment: gossiped.attachment },
  )

/** What was gossiped; the message in it is not decoded yet. */
export const decodeGossip = (payload: Uint8Array): Result<Gossiped> =>
  decodeStrict(payload, gossipSchema, { maxBytes: MAX_PAYLOAD_BYTES, maxDepth: 2, maxItems: 16 })

/** The same, of a message that is in the payload itself. */
export function decodeWhole(payload: Uint8Array): Result<WholeMessage> {
  const gossiped = decodeGossip(payload)
  if (!gossiped.ok) return gossiped
  return 'pull' in gossiped.value ? refuse('the message is elsewhere') : { ok: true, value: gossiped.value }
}
