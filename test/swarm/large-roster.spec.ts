import { equal, ok } from 'node:assert/strict'
import { QUIET_NETWORK } from '../../src/swarm/network/network-profile.ts'
import { type Outcome, runScript } from '../../src/swarm/run-script.ts'
import type { Happening, Script } from '../../src/swarm/script/script.ts'

const swarmOf = (size: number, change: Partial<Script> = {}): Script => ({
  name: `${size} peers`,
  seed: 7,
  peers: Array.from({ length: size }, () => ({
    rank: 8,
    samples: 10,
    trainMs: [400, 900],
    joinsAtMs: null,
    lie: null,
  })),
  charter: { rounds: 3, committeeSize: 8, ranks: [8], maxPeers: 1_024 },
  network: QUIET_NETWORK,
  training: 'none',
  happenings: [],
  calmAtMs: 0,
  patienceMs: 200_000,
  ...change,
})

async function whole(script: Script): Promise<Outcome> {
  const outcome = await runScript(script)
  equal(outcome.failure?.message, undefined)
  equal(outcome.rounds.length, 3)
  return outcome
}

describe('a roster with a committee', () => {
  it('brings every record to every peer, and every contribution into it', async () => {
    const { rounds } = await whole(swarmOf(120))
    for (const { contributors, failovers } of rounds) {
      equal(contributors, 120)
      equal(failovers, 0)
    }
  }).timeout(240_000)

  it('says as much to each peer whatever their number', async () => {
    const few = await whole(swarmOf(100))
    const many = await whole(swarmOf(400))
    const growth = Math.log(many.messages / few.messages) / Math.log(4)
    ok(growth < 1.15, `messages grow like n^${growth.toFixed(2)}`)
  }).timeout(240_000)

  it('fails over to an aggregator that had heard nothing of the round, with nearly all contributions', async () => {
    const dies: Happening = { type: 'aggregator-dies', moment: 'before', forMs: 60_000, perRound: 6 }
    const { rounds } = await whole(swarmOf(120, { happenings: [dies], calmAtMs: 40_000 }))
    const [first] = rounds
    ok((first?.failovers ?? 0) >= 6, `${first?.failovers} failovers`)
    ok((first?.contributors ?? 0) >= 110, `${first?.contributors} contributions`)
  }).timeout(240_000)

  it('goes on where a third of all messages is lost', async () => {
    await whole(swarmOf(60, { network: { ...QUIET_NETWORK, loss: 0.3 }, calmAtMs: 1_000_000 }))
  }).timeout(240_000)
})
