import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Trainer } from '../../../src/node/trainer.ts'
import type { Charter } from '../../../src/round/charter/charter.ts'
import { createLab, type LabPeer, quickCharter, recordsOf, seededTrainer } from './lab.ts'

const NAMES = ['a', 'b', 'c', 'd']
const allDone = (peers: readonly LabPeer[]) => Promise.all(peers.map(({ done }) => done))

/** A trainer that says losses: those of peer a are the largest. */
const losing = (charter: Charter, name: string): Trainer => {
  const inner = seededTrainer(charter, name, 4)
  const before = name === 'a' ? 4 : 2
  return { ...inner, train: async (job) => ({ ...(await inner.train(job)), losses: { before, after: 1 } }) }
}

describe('peers that verify each other’s aggregates', function () {
  this.timeout(20_000)

  for (const weights of [
    { rule: 'uniform' },
    { rule: 'lorar', least: 0.1, most: 0.9 },
    { rule: 'fair', reach: 0.2 },
    { rule: 'fair', reach: 1 },
  ] as const)
    it(`agree on weights by ${JSON.stringify(weights)}`, async () => {
      const charter = quickCharter(NAMES, { faults: 'byzantine', weights, rounds: 2 })
      const lab = createLab(charter)
      const peers = NAMES.map((name) => lab.start(name, { trainer: losing(charter, name) }))
      await allDone(peers)
      for (const peer of peers) deepEqual(recordsOf(peer), recordsOf(peers[0] as LabPeer))
      equal(recordsOf(peers[0] as LabPeer).length, 2)
      ok(peers.every((peer) => peer.adopted() !== null))
    })
})
