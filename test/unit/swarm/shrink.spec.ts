import { deepEqual, equal, ok } from 'node:assert/strict'
import { shrink } from '../../../src/swarm/fuzz/shrink.ts'
import { runScript } from '../../../src/swarm/run-script.ts'
import type { Script } from '../../../src/swarm/script/script.ts'

const PEER = { rank: 8, samples: 100, trainMs: [200, 400], joinsAtMs: null, lie: null } as const

const FAILING: Script = {
  name: 'no quorum',
  seed: 3,
  peers: [PEER, PEER, PEER, PEER],
  charter: { rounds: 2 },
  network: { minLatencyMs: 1, maxLatencyMs: 50, bytesPerMs: 1_000, loss: 0.1, duplication: 0.1 },
  training: 'none',
  happenings: [
    { type: 'hang', atMs: 50, peer: 3, forMs: 100 },
    { type: 'crash', atMs: 100, peer: 0, forMs: null },
    { type: 'slow', atMs: 100, peer: 3, factor: 2, forMs: 500 },
    { type: 'crash', atMs: 120, peer: 1, forMs: null },
    { type: 'cut', atMs: 10, from: 2, to: 3, forMs: 50 },
  ],
  calmAtMs: 1_000,
  patienceMs: 10_000,
}

describe('shrinking a script that breaks something', () => {
  it('leaves only what breaks it', async () => {
    const { failure } = await runScript(FAILING)
    ok(failure !== null)
    const { script, failure: still, tried } = await shrink(FAILING, failure, 60)
    equal(still.invariant, 'progress')
    ok(script.happenings.every(({ type }) => type === 'crash'))
    ok(script.peers.length < FAILING.peers.length)
    equal(script.network.loss, 0)
    ok(tried <= 61)
    deepEqual((await runScript(script)).failure, still)
  }).timeout(240_000)
})
