import { deepEqual, equal, ok } from 'node:assert/strict'
import { Simulation } from './simulation.ts'

const SECONDS = 1_000
const headRounds = (world: Simulation) => world.peers.map(({ disk }) => disk.records.length)

/** Eight peers that were parted into halves for five rounds, and are whole again. */
function healed(seed: number) {
  const world = new Simulation({ seed, peers: 8, charter: { rounds: 16, partition: 'continue' } }).start()
  world.runUntil(() => world.peers.every(({ disk }) => disk.records.length >= 1), 60 * SECONDS)
  world.part((peer) => (peer < 'peer14' ? 1 : 0))
  const before = Math.max(...headRounds(world))
  world.runUntil(() => headRounds(world).every((round) => round >= before + 5), 200 * SECONDS)
  const heads = [0, 4].map((at) => world.peers[at]?.disk.records.at(-1))
  world.part(() => 0)
  return { world, heads }
}

describe('a partition under continue', () => {
  it('lets both halves go on, each by records that its whole side has agreed to', () => {
    const { world, heads } = healed(1)
    const [left, right] = heads.map((head) => head?.record.nextRoster.map(({ peer }) => peer))
    deepEqual(
      left,
      world.peers.slice(0, 4).map(({ name }) => name),
    )
    deepEqual(
      right,
      world.peers.slice(4).map(({ name }) => name),
    )
  })

  it('becomes one lineage again although everybody is restarted meanwhile', () => {
    const { world } = healed(11)
    for (const peer of world.peers) peer.crash()
    for (const peer of world.peers) peer.boot()
    world.runUntil(() => world.peers.every(({ finished }) => finished), 800 * SECONDS)
    world.checkAgreement()
  })

  it('leaves the larger side as it is, if that has a quorum, and lets the smaller one go on too', () => {
    const world = new Simulation({
      seed: 3,
      peers: 7,
      charter: { rounds: 16, partition: 'continue' },
    }).start()
    world.runUntil(() => world.peers.every(({ disk }) => disk.records.length >= 1), 60 * SECONDS)
    world.part((peer) => (peer < 'peer12' ? 1 : 0))
    world.runUntil(() => headRounds(world).every((round) => round >= 5), 200 * SECONDS)
    equal(
      world.peers[6]?.disk.records.every(({ record }) => record.split === null),
      true,
    )
    equal(world.peers[0]?.disk.records.at(-1)?.record.nextRoster.length, 2)
    world.part(() => 0)
    world.runUntil(() => world.peers.every(({ finished }) => finished), 800 * SECONDS)
    world.checkAgreement()
    equal(world.peers[0]?.disk.records.at(-1)?.record.nextRoster.length, 7)
  })

  it('becomes one lineage again within two rounds, which has merged the other head by its weight', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const { world } = healed(seed)
      const at = Math.max(...headRounds(world))
      world.runUntil(() => headRounds(world).every((round) => round >= at + 2), 400 * SECONDS)
      const longest = world.peers
        .map(({ disk }) => disk.records)
        .reduce((a, b) => (b.length > a.length ? b : a))
      const merging = longest.filter(({ record }) => record.merged !== null)
      equal(merging.length, 1, `seed ${seed}`)
      const record = merging[0]?.record
      ok((record?.round ?? 99) <= at + 2)
      const weights = record?.contributions.reduce((sum, { weight }) => sum + weight, 0) ?? 0
      ok(weights > 0.3 && weights < 0.7, `the lineage's own weight is ${weights}`)
      world.runUntil(() => world.peers.every(({ finished }) => finished), 800 * SECONDS)
      world.checkAgreement()
      const last = world.peers[0]?.disk.records.at(-1)?.record
      equal(last?.nextRoster.length, 8)
    }
  })
})
