import { ok } from 'node:assert/strict'
import { random } from '../../../src/base/random.ts'
import { Simulation, type SimulationOptions } from './simulation.ts'

const SECONDS = 1_000
const SEEDS = 200
const CONTINUING = 60

/** A run of its own for each seed: how many peers, what network, who dies when and comes back, who joins. */
function misfortune(seed: number): SimulationOptions {
  const chance = random('misfortune', seed)
  const peers = 3 + chance.integer(6)
  return {
    seed,
    peers,
    strangers: chance.integer(3),
    charter: {
      rounds: 4 + chance.integer(3),
      faults: chance.uniform() < 0.5 ? 'crash' : 'byzantine',
      committeeSize: chance.uniform() < 0.2 ? 4 : 64,
      leaseRounds: 1 + chance.integer(3),
    },
    network: {
      minLatencyMs: 1,
      maxLatencyMs: 10 + chance.integer(300),
      loss: chance.uniform() < 0.5 ? 0 : chance.uniform() * 0.3,
      duplication: chance.uniform() * 0.3,
    },
  }
}

/** Now and then a peer dies, and comes back after a while, so that a quorum is there again and again. */
function scheduleDeaths(world: Simulation): void {
  const chance = random('deaths', world.options.seed)
  for (let death = chance.integer(8); death > 0; death--) {
    const victim = world.peers[chance.integer(world.peers.length)]
    world.after(chance.uniform() * 20 * SECONDS, () => victim?.crash())
    world.after(20 * SECONDS + chance.uniform() * 5 * SECONDS, () => {
      if (victim?.alive === false) victim.boot()
    })
  }
}

function schedulePartition(world: Simulation): void {
  const chance = random('partition', world.options.seed)
  if (chance.uniform() < 0.5) return
  const left = new Set(world.peers.map(({ name }) => name).filter(() => chance.uniform() < 0.5))
  world.after(chance.uniform() * 10 * SECONDS, () => {
    world.side = (peer) => (left.has(peer) ? 1 : 0)
  })
  world.after(15 * SECONDS, () => {
    world.side = () => 0
  })
}

describe(`${SEEDS} swarms of random misfortune`, () => {
  it('keep one lineage, never vote twice, and finish once the network is whole', () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const world = new Simulation(misfortune(seed)).start()
      scheduleDeaths(world)
      schedulePartition(world)
      world.runTo(26 * SECONDS)
      world.runUntil(() => world.peers.every(({ finished }) => finished), 1_000 * SECONDS)
      world.checkAgreement()
      ok(
        world.peers.every(({ disk }) => disk.records.length === world.charter.rounds),
        `seed ${seed}`,
      )
    }
  }).timeout(300_000)
})

describe(`${CONTINUING} swarms that go on through partitions`, () => {
  it('end as one lineage, whoever died meanwhile', () => {
    for (let seed = 0; seed < CONTINUING; seed++) {
      const options = misfortune(seed)
      const charter = {
        ...options.charter,
        faults: 'crash',
        partition: 'continue',
        rounds: 14,
        committeeSize: 64,
      } as const
      const world = new Simulation({ ...options, hints: true, charter }).start()
      scheduleDeaths(world)
      const chance = random('continue', seed)
      const left = new Set(world.peers.map(({ name }) => name).filter(() => chance.uniform() < 0.5))
      world.after(chance.uniform() * 5 * SECONDS, () => world.part((peer) => (left.has(peer) ? 1 : 0)))
      world.after(15 * SECONDS, () => world.part(() => 0))
      world.runTo(26 * SECONDS)
      world.runUntil(() => world.peers.every(({ finished }) => finished), 2_000 * SECONDS)
      world.runTo(world.nowMs + 120 * SECONDS)
      world.checkAgreement()
    }
  }).timeout(300_000)
})
