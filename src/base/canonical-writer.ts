const UNSIGNED = 0x00
const NEGATIVE = 0x20
const BYTES = 0x40
const TEXT = 0x60
const LIST = 0x80
const MAP = 0xa0
const FALSE = 0xf4
const TRUE = 0xf5
const NULL = 0xf6
const FLOAT64 = 0xfb

/** Deeper values are left to the library, which notices a circle. */
const MOST_DEPTH = 32

/** Buffers that grew beyond this are not kept. */
const KEPT_BYTES = 4 * 1024 * 1024

/** Sorted keys of maps, by their keys as they stand; the maps that travel have few shapes. */
const orders = new Map<string, readonly string[]>()
const MOST_ORDERS = 4096

let buffer = Buffer.allocUnsafe(64 * 1024)
let at = 0

/**
 * Deterministic dag-cbor of plain values, written straight into a buffer. It gives the bytes that `@ipld/dag-cbor`
 * gives, several times faster; null where a value holds anything unusual, which is then the library's to judge.
 */
export function writeCanonical(value: unknown): Uint8Array | null {
  at = 0
  const known = write(value, 0)
  const bytes = known ? new Uint8Array(buffer.subarray(0, at)) : null
  if (buffer.length > KEPT_BYTES) buffer = Buffer.allocUnsafe(64 * 1024)
  return bytes
}

function reserve(bytes: number): void {
  if (at + bytes <= buffer.length) return
  const larger = Buffer.allocUnsafe(2 * (at + bytes))
  buffer.copy(larger, 0, 0, at)
  buffer = larger
}

function head(major: number, argument: number): void {
  reserve(9)
  if (argument < 24) buffer[at++] = major | argument
  else if (argument < 0x100) {
    buffer[at++] = major | 24
    buffer[at++] = argument
  } else if (argument < 0x10000) {
    buffer[at++] = major | 25
    at = buffer.writeUInt16BE(argument, at)
  } else if (argument < 0x100000000) {
    buffer[at++] = major | 26
    at = buffer.writeUInt32BE(argument, at)
  } else {
    buffer[at++] = major | 27
    at = buffer.writeBigUInt64BE(BigInt(argument), at)
  }
}

function write(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return writeText(value)
  if (typeof value === 'number') return writeNumber(value)
  if (typeof value === 'object') return writeObject(value, depth)
  if (typeof value !== 'boolean') return false
  reserve(1)
  buffer[at++] = value ? TRUE : FALSE
  return true
}

function writeNumber(value: number): boolean {
  if (Number.isSafeInteger(value)) {
    if (value >= 0) head(UNSIGNED, value)
    else head(NEGATIVE, -1 - value)
    return true
  }
  if (!Number.isFinite(value) || Number.isInteger(value)) return false
  reserve(9)
  buffer[at++] = FLOAT64
  at = buffer.writeDoubleBE(value, at)
  return true
}

/** Short ASCII, which is nearly everything, goes byte by byte. Lone surrogates are left to the library. */
function writeText(text: string): boolean {
  const { length } = text
  if (length < 128) {
    head(TEXT, length)
    const start = at
    reserve(length)
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index)
      if (code > 127) {
        at = start - (length < 24 ? 1 : 2)
        return writeLongText(text)
      }
      buffer[start + index] = code
    }
    at = start + length
    return true
  }
  return writeLongText(text)
}

function writeLongText(text: string): boolean {
  if (!text.isWellFormed()) return false
  const size = Buffer.byteLength(text)
  head(TEXT, size)
  reserve(size)
  at += buffer.write(text, at, 'utf8')
  return true
}

function writeObject(value: object | null, depth: number): boolean {
  if (value === null) {
    reserve(1)
    buffer[at++] = NULL
    return true
  }
  if (depth > MOST_DEPTH) return false
  if (Array.isArray(value)) return writeList(value, depth)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null)
    return writeMap(value as Record<string, unknown>, depth)
  if (prototype !== Uint8Array.prototype && prototype !== Buffer.prototype) return false
  const bytes = value as Uint8Array
  head(BYTES, bytes.length)
  reserve(bytes.length)
  buffer.set(bytes, at)
  at += bytes.length
  return true
}

function writeList(list: readonly unknown[], depth: number): boolean {
  head(LIST, list.length)
  for (let index = 0; index < list.length; index++) if (!write(list[index], depth + 1)) return false
  return true
}

function writeMap(map: Record<string, unknown>, depth: number): boolean {
  // What might be a CID object (`@ipld/dag-cbor` looks for these two) is not ours to judge.
  if ('asCID' in map || '/' in map) return false
  const keys = orderOf(Object.keys(map))
  if (keys === null) return false
  head(MAP, keys.length)
  for (const key of keys) if (!writeText(key) || !write(map[key], depth + 1)) return false
  return true
}

/** Keys in the order of dag-cbor: shorter first, then by their bytes. Null where a key is not ASCII. */
function orderOf(keys: readonly string[]): readonly string[] | null {
  const shape = keys.join('\n')
  const known = orders.get(shape)
  if (known !== undefined && known.length === keys.length) return known
  if (!/^[\x20-\x7e\n]*$/.test(shape) || keys.some((key) => key.includes('\n'))) return null
  const sorted = [...keys].sort((one, other) => one.length - other.length || (one < other ? -1 : 1))
  if (orders.size < MOST_ORDERS && shape.length < 1024) orders.set(shape, sorted)
  return sorted
}
