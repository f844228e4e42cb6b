import { equal } from 'node:assert/strict'
import { Simulation } from './simulation.ts'

const SECONDS = 1_000

describe('peers of the round machine', () => {
  it('finish every round together, each aggregating once before any does twice', () => {
    const world = new Simulation({ seed: 1, peers: 4, charter: { rounds: 8 } }).start()
    world.runUntil(() => world.peers.every(({ released }) => released), 60 * SECONDS)
    world.checkAgreement()
    const [first] = world.peers
    equal(first?.disk.records.length, 8)
    const aggregators = first?.disk.records.map(({ record }) => record.aggregator) ?? []
    equal(new Set(aggregators.slice(0, 4)).size, 4)
    equal(new Set(aggregators.slice(4)).size, 4)
    for (const { record } of first?.disk.records ?? []) equal(record.contributions.length, 4)
  })
})
