import { z } from 'zod'
import { decodeStrict } from '../../base/decode-strict.ts'
import type { Result } from '../../base/result.ts'
import { isKind } from '../signature.ts'
import { MAX_REQUEST_BYTES } from './constants.ts'

// The request protocol, version 1. One stream is one question: the asker sends REQUEST, the answerer ANSWER, each as
// one frame (varint length, then canonical cbor), and both end the stream.

const REQUEST = z.strictObject({
  name: z.string().refine(isKind, 'not a name'),
  body: z.instanceof(Uint8Array),
})

/** `body` is the answer; or `reason` says why there is none. */
const ANSWER = z.union([
  z.strictObject({ body: z.instanceof(Uint8Array) }),
  z.strictObject({ reason: z.string().max(1024) }),
])

const FLAT = { maxDepth: 1, maxItems: 8 }

export const decodeRequest = (frame: Uint8Array): Result<z.infer<typeof REQUEST>> =>
  decodeStrict(frame, REQUEST, { ...FLAT, maxBytes: MAX_REQUEST_BYTES })

/** @param maxBytes of the whole frame */
export const decodeAnswer = (frame: Uint8Array, maxBytes: number): Result<z.infer<typeof ANSWER>> =>
  decodeStrict(frame, ANSWER, { ...FLAT, maxBytes })
