import { z } from 'zod'
import { CHUNK_BYTES, manifestBytesLimit } from '../../base/blob.ts'
import { encodeCanonical } from '../../base/canonical-cbor.ts'
import { isContentId } from '../../base/content-id.ts'
import { decodeStrict } from '../../base/decode-strict.ts'
import { accept, type Result } from '../../base/result.ts'
import type { FrameLimits } from '../frames.ts'
import { CHUNKS_IN_FLIGHT } from './constants.ts'

// The blob protocol, version 1. One stream serves one blob; every message is a frame (varint length, then bytes):
//   puller:   OPEN (canonical cbor)             provider: OFFER (canonical cbor)
//   puller:   chunk index, 4 bytes big-endian   provider: the same 4 bytes, then the chunk; in the order asked
//   … until the puller ends the stream.

const OPEN = z.strictObject({
  cid: z.string().refine(isContentId, 'not a CID'),
  size: z.int().min(0),
})
export type Open = z.infer<typeof OPEN>

/** `manifest` is the encoded manifest of the blob, or empty where the provider does not have it. */
const OFFER = z.strictObject({ manifest: z.instanceof(Uint8Array) })

const INDEX_BYTES = 4
const CBOR_ROOM = 64
const MAX_REQUEST_BYTES = 256
/** A map of a few plain fields. */
const FLAT = { maxDepth: 1, maxItems: 8 }

export const encodeOpen = (open: Open): Uint8Array => encodeCanonical(open)
export const encodeOffer = (manifest: Uint8Array): Uint8Array => encodeCanonical({ manifest })

/** What a puller asks for. */
export const decodeOpen = (frame: Uint8Array): Result<Open> =>
  decodeStrict(frame, OPEN, { ...FLAT, maxBytes: MAX_REQUEST_BYTES })

/** The encoded manifest that a provider offers for a blob of `size` bytes; empty where it does not have the blob. */
export function decodeOffer(frame: Uint8Array, size: number): Result<Uint8Array> {
  const offer = decodeStrict(frame, OFFER, { ...FLAT, maxBytes: manifestBytesLimit(size) + CBOR_ROOM })
  return offer.ok ? accept(offer.value.manifest) : offer
}

/** What a provider accepts from a puller: small frames, some more than are in flight. */
export const REQUEST_LIMITS: FrameLimits = {
  maxFrameBytes: MAX_REQUEST_BYTES,
  maxUnread: 4 * CHUNKS_IN_FLIGHT,
}

/** What a puller accepts from a provider: no more than it asked for. */
export const answerLimits = (size: number): FrameLimits => ({
  maxFrameBytes: Math.max(CHUNK_BYTES + INDEX_BYTES, manifestBytesLimit(size) + CBOR_ROOM),
  maxUnread: CHUNKS_IN_FLIGHT + 1,
})

export function encodeIndex(index: number): Uint8Array {
  const frame = new Uint8Array(INDEX_BYTES)
  new DataView(frame.buffer).setUint32(0, index)
  return frame
}

/** The chunk index that a request consists of, or undefined for anything else. */
export const decodeIndex = (frame: Uint8Array): number | undefined =>
  frame.length === INDEX_BYTES ? decodeChunk(frame)?.index : undefined

export function encodeChunk(index: number, bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(INDEX_BYTES + bytes.length)
  frame.set(encodeIndex(index))
  frame.set(bytes, INDEX_BYTES)
  return frame
}

export function decodeChunk(
  frame: Uint8Array,
): { readonly index: number; readonly bytes: Uint8Array } | undefined {
  if (frame.length < INDEX_BYTES || frame.length > INDEX_BYTES + CHUNK_BYTES) return undefined
  const index = new DataView(frame.buffer, frame.byteOffset, INDEX_BYTES).getUint32(0)
  return { index, bytes: frame.subarray(INDEX_BYTES) }
}
