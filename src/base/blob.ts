import { type CanonicalValue, decodeCanonical, encodeCanonical } from './canonical-cbor.ts'
import { cidOf, sha256 } from './content-id.ts'
import { accept, type Result, refuse } from './result.ts'

const HASH_BYTES = 32

/** Every blob is cut into chunks of this many bytes; the last one may be shorter. Part of the format. */
export const CHUNK_BYTES = 512 * 1024

/**
 * What a blob is: its size and the SHA-256 of each chunk, so that every chunk can be checked the moment it
 * arrives, from whomever. The CID of its canonical encoding is the blob's name.
 */
export interface BlobManifest {
  readonly v: 1
  readonly kind: 'blob'
  /** Bytes. */
  readonly size: number
  /** SHA-256 of each chunk of `CHUNK_BYTES`, in order; none for an empty blob. */
  readonly chunks: readonly Uint8Array[]
}

/** Random access to a blob, so that serving it needs no copy of the whole in memory. */
export interface BlobReader {
  readonly manifest: BlobManifest
  /** The bytes of chunk `index`. Rejects if they are not what the manifest says. */
  readChunk(index: number): Promise<Uint8Array>
}

/** How many chunks a blob of this many bytes has. */
export const chunkCount = (size: number): number => Math.ceil(size / CHUNK_BYTES)

/** Where chunk `index` of a blob lies: first byte and length. */
export function chunkRange(size: number, index: number): { readonly start: number; readonly length: number } {
  const start = index * CHUNK_BYTES
  return { start, length: Math.min(CHUNK_BYTES, size - start) }
}

export function blobManifest(bytes: Uint8Array): BlobManifest {
  const chunks = Array.from({ length: chunkCount(bytes.length) }, (_, index) => {
    const { start, length } = chunkRange(bytes.length, index)
    return sha256(bytes.subarray(start, start + length))
  })
  return { v: 1, kind: 'blob', size: bytes.length, chunks }
}

export function encodeManifest({ v, kind, size, chunks }: BlobManifest): Uint8Array {
  return encodeCanonical({ v, kind, size, chunks } satisfies Record<keyof BlobManifest, CanonicalValue>)
}

/** The name of a blob: the CID of its manifest. A body of any size has exactly one. */
export const blobCid = (bytes: Uint8Array): string => cidOf(encodeManifest(blobManifest(bytes)))

/** A blob held in memory, for bodies that need no store. */
export function memoryBlob(bytes: Uint8Array): BlobReader {
  const manifest = blobManifest(bytes)
  return {
    manifest,
    readChunk: async (index) => {
      const { start, length } = chunkRange(bytes.length, index)
      return bytes.subarray(start, start + length)
    },
  }
}

/** A manifest from outside, for a blob that must have `size` bytes. Its length is bounded by that size. */
export function decodeManifest(bytes: Uint8Array, size: number): Result<BlobManifest> {
  const count = chunkCount(size)
  const decoded = decodeCanonical(bytes, {
    maxBytes: manifestBytesLimit(size),
    maxDepth: 2,
    maxItems: count + 16,
  })
  if (!decoded.ok) return decoded
  const value = decoded.value as Partial<BlobManifest>
  if (value?.kind !== 'blob' || value.v !== 1 || value.size !== size)
    return refuse(`not the manifest of ${size} bytes`)
  const chunks = Array.isArray(value.chunks) ? (value.chunks as readonly unknown[]) : []
  const whole =
    chunks.length === count &&
    chunks.every((hash) => hash instanceof Uint8Array && hash.length === HASH_BYTES)
  if (!whole || Object.keys(value).length !== 4)
    return refuse(`it does not list the hashes of ${count} chunks`)
  return accept({ v: 1, kind: 'blob', size, chunks: chunks as readonly Uint8Array[] })
}

/** No manifest of a blob of `size` bytes is longer than this. */
export const manifestBytesLimit = (size: number): number => 64 + chunkCount(size) * (HASH_BYTES + 2)
