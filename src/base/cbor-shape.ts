import { accept, type Result, refuse } from './result.ts'

/** Bounds that are checked before a decoder makes anything of the bytes. */
export interface CborBounds {
  /** Longest accepted encoding. */
  readonly maxBytes: number
  /** How deep lists and maps may be nested. */
  readonly maxDepth: number
  /** How many values, keys included, the whole may hold. */
  readonly maxItems: number
}

const UNSIGNED = 0
const NEGATIVE = 1
const BYTES = 2
const TEXT = 3
const LIST = 4
const MAP = 5
const SIMPLE = 7

/** How many bytes of argument follow a head with this additional information (RFC 8949, §3), or -1. */
const argumentBytes = (info: number): number => (info < 24 ? 0 : info < 28 ? 1 << (info - 24) : -1)

function argument(view: DataView, at: number, info: number): number {
  if (info < 24) return info
  if (info === 24) return view.getUint8(at)
  if (info === 25) return view.getUint16(at)
  if (info === 26) return view.getUint32(at)
  return Number(view.getBigUint64(at))
}

/**
 * Walks over the heads of one CBOR value (RFC 8949) without building it, so that a hostile encoding is refused
 * before anything is allocated: nesting too deep, more items than allowed, lengths past the end, tags and
 * indefinite lengths. It does not recurse.
 */
export function checkCborShape(bytes: Uint8Array, bounds: CborBounds): Result<null> {
  if (bytes.length > bounds.maxBytes)
    return refuse(`${bytes.length} bytes, at most ${bounds.maxBytes} allowed`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const open: number[] = []
  let left = 1
  let items = 0
  let at = 0
  while (left > 0) {
    if (at >= bytes.length) return refuse('it ends too early')
    if (++items > bounds.maxItems) return refuse(`more than ${bounds.maxItems} items`)
    const head = bytes[at++] as number
    const major = head >> 5
    const width = argumentBytes(head & 31)
    if (width < 0) return refuse('indefinite or reserved length')
    if (at + width > bytes.length) return refuse('it ends too early')
    const size = argument(view, at, head & 31)
    at += width
    left--
    if (major === BYTES || major === TEXT) at += size
    else if (major === LIST || major === MAP) {
      if (open.length >= bounds.maxDepth) return refuse(`nested deeper than ${bounds.maxDepth}`)
      open.push(left)
      left = major === MAP ? size * 2 : size
    } else if (major === UNSIGNED || major === NEGATIVE) {
      if (size >= Number.MAX_SAFE_INTEGER) return refuse('an integer beyond 2^53')
    } else if (major !== SIMPLE) return refuse('tags are not allowed')
    while (left === 0 && open.length > 0) left = open.pop() as number
  }
  return at === bytes.length
    ? accept(null)
    : refuse(at > bytes.length ? 'it ends too early' : 'bytes after its end')
}
