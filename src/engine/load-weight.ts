import { closeSync, openSync, readSync } from 'node:fs'
import { elementCount } from '../base/tensor.ts'
import { WeightBytesError } from './engine-error.ts'
import type { StoredDtype, StoredWeight, WeightLocation } from './weight-source.ts'

const BYTES: Record<StoredDtype, number> = { f32: 4, f16: 2, bf16: 2 }

/** The bytes of a stored tensor. Throws WeightBytesError where they are not as many as its shape wants. */
export function readWeightBytes({ shape, dtype, location }: StoredWeight): Uint8Array {
  const bytes = 'bytes' in location ? location.bytes : readStretch(location)
  if (bytes.byteLength !== elementCount(shape) * BYTES[dtype]) {
    const file = 'file' in location ? location.file : null
    throw new WeightBytesError(`A ${dtype} tensor [${shape.join(', ')}] has ${bytes.byteLength} bytes.`, file)
  }
  return bytes
}

/** A stored tensor as float32: bf16 and f16 are widened (exactly). Throws WeightBytesError as above. */
export function loadWeight(stored: StoredWeight): Float32Array {
  const bytes = readWeightBytes(stored)
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  const count = elementCount(stored.shape)
  if (stored.dtype === 'f32') return new Float32Array(aligned.buffer, aligned.byteOffset, count)
  const halves = new Uint16Array(aligned.buffer, aligned.byteOffset, count)
  return stored.dtype === 'bf16' ? widenBfloat16(halves) : widenFloat16(halves)
}

function readStretch({ file, offset, length }: Extract<WeightLocation, { file: string }>): Uint8Array {
  const bytes = new Uint8Array(length)
  const handle = openSync(file, 'r')
  try {
    for (let done = 0; done < length; ) {
      const read = readSync(handle, bytes, done, Math.min(length - done, 1 << 30), offset + done)
      if (read === 0) throw new WeightBytesError(`${file} ends before byte ${offset + length}.`, file)
      done += read
    }
  } finally {
    closeSync(handle)
  }
  return bytes
}

/** bfloat16 is the upper half of a float32. */
function widenBfloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length)
  for (let i = 0; i < halves.length; i++) bits[i] = (halves[i] ?? 0) << 16
  return new Float32Array(bits.buffer)
}

/** IEEE 754 half precision, by a table of its 65536 values. */
function widenFloat16(halves: Uint16Array): Float32Array {
  const wide = new Float32Array(halves.length)
  for (let i = 0; i < halves.length; i++) wide[i] = float16Table()[halves[i] ?? 0] ?? 0
  return wide
}

let table: Float32Array | undefined

function float16Table(): Float32Array {
  table ??= Float32Array.from({ length: 65536 }, (_, bits) => float16Value(bits))
  return table
}

function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
