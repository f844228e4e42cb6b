import { deepEqual, notDeepEqual, ok } from 'node:assert/strict'
import { dropoutBits } from '../../../src/graph/dropout-bits.ts'

const COUNT = 100_000
const share = (bits: Uint8Array) => bits.reduce((sum, bit) => sum + bit, 0) / bits.length

describe('dropout bits', () => {
  it('keep the share that they should', () => {
    for (const rate of [0.05, 0.1, 0.5, 0.9]) {
      ok(Math.abs(share(dropoutBits(1, 2, rate, COUNT)) - (1 - rate)) < 0.006)
    }
    deepEqual(dropoutBits(1, 2, 0, 5), Uint8Array.of(1, 1, 1, 1, 1))
  })

  it('are a function of seed, site and place alone', () => {
    deepEqual(dropoutBits(7, 3, 0.5, 1001).slice(0, 1000), dropoutBits(7, 3, 0.5, 1000))
    notDeepEqual(dropoutBits(7, 3, 0.5, 1000), dropoutBits(8, 3, 0.5, 1000))
    notDeepEqual(dropoutBits(7, 3, 0.5, 1000), dropoutBits(7, 4, 0.5, 1000))
  })

  it('of neighbouring places, seeds and sites have nothing to do with one another', () => {
    const bits = dropoutBits(1, 0, 0.5, COUNT)
    const others = [
      bits.subarray(1),
      bits.subarray(2),
      dropoutBits(2, 0, 0.5, COUNT),
      dropoutBits(1, 1, 0.5, COUNT),
    ]
    for (const other of others) {
      const equal = other.reduce((sum, bit, place) => sum + (bit === bits[place] ? 1 : 0), 0) / other.length
      ok(Math.abs(equal - 0.5) < 0.01, String(equal))
    }
  })
})
