import type { Blind } from './blind.ts'
import { joined } from './joined.ts'
import { mutateJson } from './json.ts'

const PREFIX = 8
const LENGTHS = [0n, 1n, 7n, 2n ** 24n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]

/** A safetensors file with its header changed, its length mostly right again; sometimes the length alone is changed. */
export const mutateSafetensors: Blind = (bytes, chance) => {
  if (bytes.length < PREFIX) return bytes
  const claimed = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)
  const end = PREFIX + Number(claimed)
  if (end > bytes.length) return bytes
  if (chance.integer(8) === 0) {
    const near = [claimed - 1n, claimed + 1n, claimed + 8n, BigInt(bytes.length)]
    const lengths = [...LENGTHS, ...near]
    return withLength(bytes, lengths[chance.integer(lengths.length)] as bigint)
  }
  const header = new TextDecoder().decode(bytes.subarray(PREFIX, end))
  const changed = new TextEncoder().encode(mutateJson(header, chance))
  const padded = chance.integer(2) === 0 ? changed : padTo8(changed)
  const body = chance.integer(6) === 0 ? new Uint8Array(chance.integer(64)) : bytes.subarray(end)
  return withLength(joined(new Uint8Array(PREFIX), padded, body), BigInt(padded.length))
}

function withLength(bytes: Uint8Array, length: bigint): Uint8Array {
  const out = bytes.slice()
  new DataView(out.buffer).setBigUint64(0, BigInt.asUintN(64, length), true)
  return out
}

const padTo8 = (bytes: Uint8Array) => joined(bytes, new Uint8Array((8 - (bytes.length % 8)) % 8).fill(0x20))
