/** Finaliser of MurmurHash3 (32 bits): every bit of the answer depends on every bit of `x`. */
function mix(x: number): number {
  let h = x ^ (x >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/**
 * Which elements survive a dropout: 1 with probability 1 − rate (to 1/65536), else 0. Element i takes 16 bits
 * of a hash of (seed, site, i >> 1), so the mask depends on nothing but the arguments.
 */
export function dropoutBits(seed: number, site: number, rate: number, count: number): Uint8Array {
  const key = mix(mix(seed | 0) ^ Math.imul(site + 1, 0x9e3779b1))
  const threshold = Math.round(rate * 65536)
  const bits = new Uint8Array(count)
  for (let i = 0; i < count; i += 2) {
    const h = mix(mix(i + key) ^ key)
    bits[i] = (h & 0xffff) >= threshold ? 1 : 0
    if (i + 1 < count) bits[i + 1] = h >>> 16 >= threshold ? 1 : 0
  }
  return bits
}
