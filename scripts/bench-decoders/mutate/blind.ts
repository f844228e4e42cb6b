import type { Random } from '../../../src/base/random.ts'
import { joined } from './joined.ts'

/** A change of bytes that knows nothing of what they mean. `other` is another valid input. */
export type Blind = (bytes: Uint8Array, chance: Random, other: Uint8Array) => Uint8Array

const ODD_BYTES = [0x00, 0x01, 0x1b, 0x5b, 0x7b, 0x7f, 0x80, 0x9b, 0x9f, 0xa0, 0xbb, 0xbf, 0xf7, 0xfb, 0xff]
const place = (bytes: Uint8Array, chance: Random) => chance.integer(bytes.length + 1)

/** A stretch of the bytes: where it begins and ends. */
function stretch(bytes: Uint8Array, chance: Random, most: number): readonly [number, number] {
  const from = place(bytes, chance)
  return [from, Math.min(bytes.length, from + 1 + chance.integer(most))]
}

const flipBits: Blind = (bytes, chance) => {
  const out = bytes.slice()
  for (let times = 1 + chance.integer(4); times > 0 && out.length > 0; times--) {
    const bit = chance.integer(out.length * 8)
    out[bit >> 3] = (out[bit >> 3] as number) ^ (1 << (bit & 7))
  }
  return out
}

const setByte: Blind = (bytes, chance) => {
  const out = bytes.slice()
  if (out.length > 0) out[chance.integer(out.length)] = ODD_BYTES[chance.integer(ODD_BYTES.length)] as number
  return out
}

const insert: Blind = (bytes, chance) => {
  const at = place(bytes, chance)
  const noise = Uint8Array.from({ length: 1 + chance.integer(16) }, () => chance.integer(256))
  return joined(bytes.subarray(0, at), noise, bytes.subarray(at))
}

const remove: Blind = (bytes, chance) => {
  const [from, to] = stretch(bytes, chance, 32)
  return joined(bytes.subarray(0, from), bytes.subarray(to))
}

const truncate: Blind = (bytes, chance) => bytes.slice(0, place(bytes, chance))

const repeat: Blind = (bytes, chance) => {
  const [from, to] = stretch(bytes, chance, 64)
  const copies = Array.from({ length: 1 + chance.integer(40) }, () => bytes.subarray(from, to))
  return joined(bytes.subarray(0, to), ...copies, bytes.subarray(to))
}

const splice: Blind = (bytes, chance, other) =>
  joined(bytes.subarray(0, place(bytes, chance)), other.subarray(place(other, chance)))

const noise: Blind = (_, chance) =>
  Uint8Array.from({ length: chance.integer(300) }, () => chance.integer(256))

const append: Blind = (bytes, chance, other) =>
  joined(bytes, other.subarray(0, 1 + chance.integer(other.length)))

export const BLIND: readonly Blind[] = [
  flipBits,
  flipBits,
  setByte,
  insert,
  remove,
  truncate,
  repeat,
  splice,
  noise,
  append,
]
