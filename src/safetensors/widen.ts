import type { Dtype } from './dtype.ts'

/** Elements of the types that can be read as numbers; every machine that Node runs on here is little-endian. */
type Numbers =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array

/**
 * The elements of a tensor as float32: float32 as it is (a view, where `bytes` is aligned), float16 and bfloat16
 * widened exactly, float64 and integers rounded. Null where the type has no such reading.
 */
export function widenToFloat32(bytes: Uint8Array, dtype: Dtype): Float32Array | null {
  const raw = aligned(bytes)
  if (dtype === 'F32') return new Float32Array(raw.buffer, raw.byteOffset, raw.length / 4)
  if (dtype === 'BF16') return widenBfloat16(new Uint16Array(raw.buffer, raw.byteOffset, raw.length / 2))
  if (dtype === 'F16') return widenFloat16(new Uint16Array(raw.buffer, raw.byteOffset, raw.length / 2))
  if (dtype === 'I64' || dtype === 'U64') return Float32Array.from(wideIntegers(raw, dtype), Number)
  const numbers = plainNumbers(raw, dtype)
  return numbers && Float32Array.from(numbers)
}

/** The same as float64; float64 is kept exactly. */
export function widenToFloat64(bytes: Uint8Array, dtype: Dtype): Float64Array | null {
  const raw = aligned(bytes)
  if (dtype === 'F64') return new Float64Array(raw.buffer, raw.byteOffset, raw.length / 8)
  if (dtype === 'I64' || dtype === 'U64') return Float64Array.from(wideIntegers(raw, dtype), Number)
  if (dtype === 'I32' || dtype === 'U32') {
    const numbers = plainNumbers(raw, dtype)
    return numbers && Float64Array.from(numbers)
  }
  const narrow = widenToFloat32(raw, dtype)
  return narrow && Float64Array.from(narrow)
}

/** Rounds float32 to bfloat16 (nearest, ties to even); what is not a number stays so. */
export function narrowToBfloat16(data: Float32Array): Uint16Array {
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length)
  const out = new Uint16Array(data.length)
  for (let i = 0; i < out.length; i++) {
    const word = bits[i] as number
    const notANumber = (word & 0x7fffffff) > 0x7f800000
    out[i] = notANumber ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16
  }
  return out
}

function plainNumbers(raw: Uint8Array, dtype: Dtype): Numbers | null {
  const { buffer, byteOffset: at, length } = raw
  if (dtype === 'F64') return new Float64Array(buffer, at, length / 8)
  if (dtype === 'I32') return new Int32Array(buffer, at, length / 4)
  if (dtype === 'U32') return new Uint32Array(buffer, at, length / 4)
  if (dtype === 'I16') return new Int16Array(buffer, at, length / 2)
  if (dtype === 'U16') return new Uint16Array(buffer, at, length / 2)
  if (dtype === 'I8') return new Int8Array(buffer, at, length)
  return dtype === 'U8' || dtype === 'BOOL' ? raw : null
}

function wideIntegers(raw: Uint8Array, dtype: 'I64' | 'U64'): BigInt64Array | BigUint64Array {
  const { buffer, byteOffset: at, length } = raw
  return dtype === 'I64'
    ? new BigInt64Array(buffer, at, length / 8)
    : new BigUint64Array(buffer, at, length / 8)
}

function widenBfloat16(half: Uint16Array): Float32Array {
  const bits = new Uint32Array(half.length)
  for (let i = 0; i < half.length; i++) bits[i] = (half[i] as number) << 16
  return new Float32Array(bits.buffer)
}

let float16Values: Float32Array | undefined

function widenFloat16(half: Uint16Array): Float32Array {
  float16Values ??= Float32Array.from({ length: 65_536 }, (_, bits) => float16Value(bits))
  const out = new Float32Array(half.length)
  for (let i = 0; i < half.length; i++) out[i] = float16Values[half[i] as number] as number
  return out
}

/** IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction. */
function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** Typed views need an offset that is a multiple of their element; a file's tensors may lie anywhere. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes)
}
