import { createHash, hash as hashOnce } from 'node:crypto'
import { base32 } from 'multiformats/bases/base32'
import { type CanonicalValue, encodeCanonical } from './canonical-cbor.ts'

const DAG_CBOR = 0x71
const RAW = 0x55
const SHA2_256 = 0x12
const DIGEST_BYTES = 32
const TEXT_LENGTH = 59

/** SHA-256 of the bytes, 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return new Uint8Array(hashOnce('sha256', only, 'buffer'))
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}

/** Version, codec, hash function and length of its digest: what a CID's bytes begin with. */
const prefixOf = (codec: number) => Uint8Array.of(1, codec, SHA2_256, DIGEST_BYTES)
const PREFIX = { [DAG_CBOR]: prefixOf(DAG_CBOR), [RAW]: prefixOf(RAW) }

const cid = (codec: typeof DAG_CBOR | typeof RAW, bytes: Uint8Array): string =>
  base32.encode(Buffer.concat([PREFIX[codec], sha256(bytes)]))

/** The CID (version 1, dag-cbor, SHA-256, base32 text) of bytes made by `encodeCanonical`. */
export const cidOf = (canonicalBytes: Uint8Array): string => cid(DAG_CBOR, canonicalBytes)

/** The CID of a value: that of its canonical encoding. */
export const cidOfValue = (value: CanonicalValue): string => cidOf(encodeCanonical(value))

/** The CID (version 1, raw, SHA-256, base32 text) of bytes that have no structure of ours. */
export const rawCidOf = (bytes: Uint8Array): string => cid(RAW, bytes)

/**
 * The CIDs that we write, as text: `bafyrei` (dag-cbor) or `bafkrei` (raw) are the prefix's 32 bits and 3 bits that
 * are 0 in the seventh digit's first two; the last digit carries 3 bits and two that must be 0.
 */
const CONTENT_ID = /^baf[yk]rei[a-h][a-z2-7]{50}[aeimquy4]$/

/** Whether a text from outside is a CID exactly as this project writes them, and nothing else. */
export const isContentId = (text: unknown): text is string =>
  typeof text === 'string' && text.length === TEXT_LENGTH && CONTENT_ID.test(text)
