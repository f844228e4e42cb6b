import { accept, type Result, refuse } from '../base/result.ts'
import { DTYPE_BYTES, type Dtype, isDtype } from './dtype.ts'
import { duplicateKey } from './duplicate-key.ts'

/** The reference implementation's bound on a header. */
export const MAX_HEADER_BYTES = 100_000_000
/** Bytes before the header: its length as a little-endian 64-bit integer. */
export const PREFIX_BYTES = 8

/** Where a tensor lies, and what it is. */
export interface TensorEntry {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
  /** Bytes from the start of the file (or of the byte array) to the first element. */
  readonly offset: number
  /** Bytes of all elements. */
  readonly length: number
}

export interface SafetensorsHeader {
  readonly tensors: ReadonlyMap<string, TensorEntry>
  readonly metadata: Readonly<Record<string, string>>
  /** Bytes that the whole file must have: prefix, header and every tensor. */
  readonly totalBytes: number
}

/** Length of the header, read from the first 8 bytes of a file. */
export function readHeaderLength(prefix: Uint8Array, maxHeaderBytes = MAX_HEADER_BYTES): Result<number> {
  if (prefix.length < PREFIX_BYTES) return refuse('it is shorter than 8 bytes')
  const length = new DataView(prefix.buffer, prefix.byteOffset, PREFIX_BYTES).getBigUint64(0, true)
  if (length < 2n) return refuse('its header is empty')
  if (length > BigInt(maxHeaderBytes)) {
    return refuse(`its header claims ${length} bytes, more than ${maxHeaderBytes}`)
  }
  return accept(Number(length))
}

/**
 * Decodes a header (without the 8 bytes before it) strictly: valid JSON object, no name twice, known types,
 * lengths that agree with shapes, tensors one after the other without holes or overlap.
 * Source: the format section of https://github.com/huggingface/safetensors.
 */
export function parseHeader(bytes: Uint8Array): Result<SafetensorsHeader> {
  const json = decodeJson(bytes)
  if (!json.ok) return json
  const { __metadata__: rawMetadata, ...rawTensors } = json.value
  const metadata = readMetadata(rawMetadata)
  if (!metadata.ok) return metadata
  const bodyStart = PREFIX_BYTES + bytes.length
  const entries: TensorEntry[] = []
  for (const [name, raw] of Object.entries(rawTensors)) {
    const entry = readEntry(name, raw, bodyStart)
    if (!entry.ok) return entry
    entries.push(entry.value)
  }
  return layOut(entries, metadata.value, bodyStart)
}

function decodeJson(bytes: Uint8Array): Result<Record<string, unknown>> {
  if (bytes[0] !== 0x7b) return refuse('its header does not start with {')
  let text: string
  let value: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    value = JSON.parse(text)
  } catch {
    return refuse('its header is not JSON')
  }
  const twice = duplicateKey(text)
  if (twice !== null) return refuse(`its header names ${shown(twice)} twice`)
  return accept(value as Record<string, unknown>)
}

function readMetadata(raw: unknown): Result<Record<string, string>> {
  if (raw === undefined) return accept({})
  if (!isRecord(raw) || Object.values(raw).some((value) => typeof value !== 'string')) {
    return refuse('its __metadata__ is not a map of texts')
  }
  return accept(raw as Record<string, string>)
}

function readEntry(name: string, raw: unknown, bodyStart: number): Result<TensorEntry> {
  if (!isRecord(raw)) return refuse(`the entry of ${shown(name)} is not an object`)
  const { dtype, shape, data_offsets: offsets, ...unknown } = raw
  if (Object.keys(unknown).length > 0) return refuse(`the entry of ${shown(name)} has unknown fields`)
  if (!isDtype(dtype))
    return refuse(
      `${shown(name)} has the unknown type ${typeof dtype === 'string' ? shown(dtype) : typeof dtype}`,
    )
  if (!isSizes(shape)) return refuse(`the shape of ${shown(name)} is not a list of sizes`)
  if (!isSizes(offsets) || offsets.length !== 2) return refuse(`the offsets of ${shown(name)} are not a pair`)
  const [begin, end] = offsets as [number, number]
  const expected = shape.reduce((product, size) => product * size, DTYPE_BYTES[dtype])
  if (!Number.isSafeInteger(expected) || end - begin !== expected) {
    return refuse(`${shown(name)} has ${end - begin} bytes where its shape asks for ${expected}`)
  }
  return accept({ name, dtype, shape, offset: bodyStart + begin, length: expected })
}

function layOut(
  entries: TensorEntry[],
  metadata: Record<string, string>,
  bodyStart: number,
): Result<SafetensorsHeader> {
  const ordered = entries.toSorted((x, y) => x.offset - y.offset || x.length - y.length)
  let end = bodyStart
  for (const entry of ordered) {
    if (entry.offset !== end) {
      return refuse(`${shown(entry.name)} starts at byte ${entry.offset} where ${end} was expected`)
    }
    end += entry.length
  }
  if (!Number.isSafeInteger(end)) return refuse('its tensors are too large')
  return accept({ tensors: new Map(ordered.map((entry) => [entry.name, entry])), metadata, totalBytes: end })
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)

/** Outside names are cut and quoted before they reach a message. */
const shown = (name: string): string => JSON.stringify(name.length > 120 ? `${name.slice(0, 120)}…` : name)
