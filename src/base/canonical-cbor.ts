import { decode, encode } from '@ipld/dag-cbor'
import { equals } from 'uint8arrays/equals'
import { writeCanonical } from './canonical-writer.ts'
import { type CborBounds, checkCborShape } from './cbor-shape.ts'
import { accept, type Result, refuse } from './result.ts'

/** What travels and is signed: the values of deterministic dag-cbor, links written as the text of their CID. */
export type CanonicalValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly CanonicalValue[]
  | { readonly [key: string]: CanonicalValue }

/** Default bounds: a gossiped message with a small body inside it. */
const CANONICAL_BOUNDS: CborBounds = { maxBytes: 96 * 1024, maxDepth: 12, maxItems: 16_384 }

/**
 * The one encoding of a value (dag-cbor: map keys sorted, shortest integers, 64-bit floats), to hash and sign.
 *
 * @throws on what has no canonical encoding: `undefined`, NaN, infinities, integers beyond 2⁵³. That is a mistake
 * of the caller, never something a peer can cause.
 */
export function encodeCanonical(value: CanonicalValue): Uint8Array {
  return writeCanonical(value) ?? encode(value)
}

/**
 * Reads bytes from outside. The value is accepted only when `encodeCanonical` gives exactly these bytes again, so
 * that one value has one hash and one signature.
 *
 * @param bounds checked before anything is built
 */
export function decodeCanonical(bytes: Uint8Array, bounds: Partial<CborBounds> = {}): Result<CanonicalValue> {
  const shape = checkCborShape(bytes, { ...CANONICAL_BOUNDS, ...bounds })
  if (!shape.ok) return refuse(`not canonical cbor: ${shape.reason}`)
  try {
    const value: CanonicalValue = decode(bytes)
    return equals(encodeCanonical(value), bytes)
      ? accept(value)
      : refuse('not canonical cbor: another encoding of its value')
  } catch (error) {
    return refuse(`not canonical cbor: ${error instanceof Error ? error.message : String(error)}`)
  }
}
