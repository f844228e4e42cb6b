import { createHash } from 'node:crypto'
import { CID } from 'multiformats/cid'
import * as digest from 'multiformats/hashes/digest'
import { type CanonicalValue, encodeCanonical } from './canonical-cbor.ts'

const DAG_CBOR = 0x71
const RAW = 0x55
const SHA2_256 = 0x12
const DIGEST_BYTES = 32
const TEXT_LENGTH = 59

/** SHA-256 of the bytes, 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}

const cid = (codec: number, bytes: Uint8Array) =>
  CID.createV1(codec, digest.create(SHA2_256, sha256(bytes))).toString()

/** The CID (version 1, dag-cbor, SHA-256, base32 text) of bytes made by `encodeCanonical`. */
export const cidOf = (canonicalBytes: Uint8Array): string => cid(DAG_CBOR, canonicalBytes)

/** The CID of a value: that of its canonical encoding. */
export const cidOfValue = (value: CanonicalValue): string => cidOf(encodeCanonical(value))

/** The CID (version 1, raw, SHA-256, base32 text) of bytes that have no structure of ours. */
export const rawCidOf = (bytes: Uint8Array): string => cid(RAW, bytes)

/** Whether a text from outside is a CID exactly as this project writes them, and nothing else. */
export function isContentId(text: unknown): text is string {
  if (typeof text !== 'string' || text.length !== TEXT_LENGTH) return false
  try {
    const { version, code, multihash } = CID.parse(text)
    const known = version === 1 && (code === DAG_CBOR || code === RAW)
    return (
      known &&
      multihash.code === SHA2_256 &&
      multihash.size === DIGEST_BYTES &&
      CID.parse(text).toString() === text
    )
  } catch {
    return false
  }
}
