import { z } from 'zod'
import { isKind } from '../signature.ts'

// The request protocol, version 1. One stream is one question: the asker sends REQUEST, the answerer ANSWER, each as
// one frame (varint length, then canonical cbor), and both end the stream.

export const REQUEST = z.strictObject({
  name: z.string().refine(isKind, 'not a name'),
  body: z.instanceof(Uint8Array),
})

/** `body` is the answer; or `reason` says why there is none. */
export const ANSWER = z.union([
  z.strictObject({ body: z.instanceof(Uint8Array) }),
  z.strictObject({ reason: z.string().max(1024) }),
])

export const BOUNDS = { maxBytes: Number.POSITIVE_INFINITY, maxDepth: 1, maxItems: 8 }
