import { deepEqual, equal, ok } from 'node:assert/strict'
import { Simulation } from './simulation.ts'

const SECONDS = 1_000
const everybodyFinished = (world: Simulation) => () => world.alive.every(({ finished }) => finished)

describe('the roster of a swarm', () => {
  it('admits a stranger with the next record, and it contributes from then on', () => {
    const world = new Simulation({ seed: 2, peers: 3, strangers: 1, charter: { rounds: 5 } }).start()
    world.runUntil(everybodyFinished(world), 60 * SECONDS)
    world.checkAgreement()
    const records = world.peers[0]?.disk.records.map(({ record }) => record) ?? []
    deepEqual(
      records[0]?.joined.map(({ peer }) => peer),
      ['peer13'],
    )
    deepEqual(
      records.map(({ contributions }) => contributions.length),
      [3, 4, 4, 4, 4],
    )
  })

  it('keeps out whom the charter does not list', () => {
    const admission = { kind: 'listed', peers: [] } as const
    const world = new Simulation({
      seed: 2,
      peers: 3,
      strangers: 1,
      charter: { rounds: 3, admission },
    }).start()
    const [one, two, three] = world.peers
    world.runUntil(() => [one, two, three].every((peer) => peer?.finished), 60 * SECONDS)
    deepEqual(
      one?.disk.records.map(({ record }) => record.nextRoster.length),
      [3, 3, 3],
    )
  })

  it('lets a peer go that says so, once the others have certified a roster without it', () => {
    const world = new Simulation({ seed: 3, peers: 4, charter: { rounds: 4 } }).start()
    const leaver = world.peers[2]
    world.runUntil(() => leaver?.disk.records.length === 1, 60 * SECONDS)
    leaver?.receive({ type: 'leave' })
    world.runUntil(everybodyFinished(world), 60 * SECONDS)
    const records = world.peers[0]?.disk.records.map(({ record }) => record) ?? []
    deepEqual(
      records[1]?.left.map(({ peer }) => peer),
      [leaver?.name],
    )
    equal(leaver?.disk.records.length, 2)
    equal(records[2]?.contributions.length, 3)
  })

  it('takes a peer back that was away for so long that it lost its lease', () => {
    const world = new Simulation({ seed: 4, peers: 4, charter: { rounds: 8, leaseRounds: 2 } }).start()
    const away = world.peers[1]
    world.runUntil(() => away?.disk.records.length === 1, 60 * SECONDS)
    away?.crash()
    world.runUntil(() => world.peers[0]?.disk.records.length === 5, 60 * SECONDS)
    away?.boot()
    world.runUntil(everybodyFinished(world), 120 * SECONDS)
    world.checkAgreement()
    const last = away?.disk.records.at(-1)?.record
    equal(away?.disk.records.length, 8)
    ok(last?.contributions.some(({ peer }) => peer === away?.name))
    const since = last?.nextRoster.find(({ peer }) => peer === away?.name)?.since ?? 0
    ok(since > 5, `its membership is of round ${since}`)
  })

  it('survives that everybody stops at once and comes back', () => {
    const world = new Simulation({ seed: 6, peers: 5, charter: { rounds: 4 } }).start()
    for (let stop = 1; stop <= 12; stop++) {
      world.runTo(world.nowMs + 370)
      for (const peer of world.peers) peer.crash()
      for (const peer of world.peers) world.after(world.chance.uniform() * 200, () => peer.boot())
      world.runTo(world.nowMs + 500)
    }
    world.runUntil(everybodyFinished(world), 120 * SECONDS)
    world.checkAgreement()
  })
})

describe('a partition under pause', () => {
  it('lets the larger side go on, and the smaller one follow once it is whole', () => {
    const world = new Simulation({ seed: 7, peers: 5, charter: { rounds: 6 } }).start()
    world.runUntil(() => world.peers[0]?.disk.records.length === 1, 60 * SECONDS)
    world.side = (peer) => (peer === 'peer10' || peer === 'peer11' ? 1 : 0)
    world.runUntil(() => world.peers[4]?.disk.records.length === 4, 120 * SECONDS)
    ok((world.peers[0]?.disk.records.length ?? 9) <= 2)
    ok(
      world.peers[0]?.progress.some(({ type }) => type === 'waiting'),
      'the smaller side says that it waits',
    )
    world.side = () => 0
    world.runUntil(everybodyFinished(world), 120 * SECONDS)
    world.checkAgreement()
  })

  it('stops both halves if neither has a quorum', () => {
    const world = new Simulation({ seed: 8, peers: 4, charter: { rounds: 4 } }).start()
    world.runUntil(() => world.peers.every(({ disk }) => disk.records.length >= 1), 60 * SECONDS)
    const before = world.peers.map(({ disk }) => disk.records.length)
    world.side = (peer) => (peer < 'peer12' ? 1 : 0)
    world.runTo(world.nowMs + 60 * SECONDS)
    const during = world.peers.map(({ disk }) => disk.records.length)
    ok(Math.max(...during) <= Math.max(...before) + 1)
    world.side = () => 0
    world.runUntil(everybodyFinished(world), 200 * SECONDS)
    world.checkAgreement()
  })
})

describe('liars among seven peers', () => {
  it('never get a wrong aggregate certified, and are named', () => {
    const charter = { rounds: 7, faults: 'byzantine' } as const
    const world = new Simulation({ seed: 9, peers: 7, charter })
    const liars = world.peers.slice(2, 4)
    for (const liar of liars) liar.lies = true
    world.start().runUntil(everybodyFinished(world), 200 * SECONDS)
    world.checkAgreement()
    const honest = world.peers[0]
    for (const { record } of honest?.disk.records ?? [])
      ok(!liars.some(({ name }) => name === record.aggregator), `round ${record.round} is a liar's`)
    for (const { name } of liars) ok(honest?.accused.includes(name), `${name} is not named`)
  })
})
