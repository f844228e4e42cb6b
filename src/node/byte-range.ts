import { type BlobReader, CHUNK_BYTES, chunkRange } from '../base/blob.ts'

export interface ByteRange {
  readonly start: number
  readonly length: number
}

/** The bytes of a range out of a blob's chunks. */
export async function readRange(reader: BlobReader, { start, length }: ByteRange): Promise<Uint8Array> {
  const bytes = new Uint8Array(length)
  const { size } = reader.manifest
  for (let index = Math.floor(start / CHUNK_BYTES); index * CHUNK_BYTES < start + length; index++) {
    const chunk = await reader.readChunk(index)
    const from = chunkRange(size, index).start
    const part = chunk.subarray(Math.max(0, start - from), Math.max(0, start + length - from))
    bytes.set(part, Math.max(0, from - start))
  }
  return bytes
}

/** Ranges that share a chunk or lie in neighbouring ones, as one: nothing is pulled twice. In order. */
export function mergeRanges(ranges: readonly ByteRange[]): readonly ByteRange[] {
  const merged: ByteRange[] = []
  for (const { start, length } of ranges.toSorted((one, other) => one.start - other.start)) {
    const last = merged.at(-1)
    const end = last === undefined ? Number.NEGATIVE_INFINITY : last.start + last.length
    const near = last !== undefined && Math.floor(start / CHUNK_BYTES) <= Math.ceil(end / CHUNK_BYTES)
    if (near)
      merged[merged.length - 1] = { start: last.start, length: Math.max(end, start + length) - last.start }
    else merged.push({ start, length })
  }
  return merged
}
