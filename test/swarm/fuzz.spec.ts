import { equal } from 'node:assert/strict'
import { fuzz } from '../../src/swarm/fuzz/fuzz.ts'

const FRESH = 8

async function holds(from: number, seeds: number): Promise<void> {
  const { failures } = await fuzz({ from, seeds })
  equal(failures[0]?.failure.message, undefined)
}

describe('random swarms', () => {
  it(`of seeds 1000 to ${1_000 + FRESH - 1} break nothing`, () => holds(1_000, FRESH)).timeout(60_000)
})
