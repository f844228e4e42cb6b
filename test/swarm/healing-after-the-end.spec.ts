import { equal, ok } from 'node:assert/strict'
import { perform } from '../../src/swarm/script/perform.ts'
import { type HealingScript, HealingSwarm } from './healing-swarm.ts'

const ROUNDS = 9
const LEFT = [0, 0, 0, 0, 1, 1, 1, 1]
const OF_LEFT = [0, 1, 2, 3]
const OF_RIGHT = [4, 5, 6, 7]

/**
 * Peers that part after two rounds and are whole again once `ended` have certified the charter's last one; from then on
 * nobody trains. It runs until all are finished with one record.
 */
async function healedLate(
  script: Omit<HealingScript, 'rounds'>,
  sides: readonly number[],
  ended: readonly number[],
): Promise<HealingSwarm> {
  const run = new HealingSwarm({ ...script, rounds: ROUNDS })
  perform(run.swarm)
  await run.untilAllHave(2)
  run.part(sides)
  await run.until(() => ended.every((at) => (run.kept[at] ?? 0) >= ROUNDS))
  run.rests = true
  run.part(null)
  await run.untilOneEnd()
  return run
}

describe('a partition under continue that ends only after the last round', () => {
  it('of both sides: the heavier one merges the other head in one round more, and all end with it', async () => {
    for (let seed = 1; seed <= 4; seed++) {
      const run = await healedLate({ seed, peers: 8 }, LEFT, [...OF_LEFT, ...OF_RIGHT])
      const { record, other } = run.merge
      equal(record.round, ROUNDS + 1)
      equal(other.round, ROUNDS)
      equal(run.swarm.peers[0]?.disk.records.length, ROUNDS + 1)
      const off = await run.distanceToMean(run.merge)
      ok(off < 1e-6, `seed ${seed}: it is ${off} off`)
    }
  }).timeout(240_000)

  for (const [slow, ended] of [
    ['lighter', OF_RIGHT],
    ['heavier', OF_LEFT],
  ] as const)
    it(`of one side, while the one with ${slow} peers goes on: one of them merges the other head`, async () => {
      const slowness = (peer: number) => (ended.includes(peer) ? 1 : 4)
      const run = await healedLate({ seed: 5, peers: 8, slowness }, LEFT, ended)
      equal(run.merges.length, 1)
      const { record } = run.merge
      ok(run.kept.every((count) => count === Math.max(ROUNDS, record.round)))
      const off = await run.distanceToMean(run.merge)
      ok(off < 1e-6, `it is ${off} off`)
    }).timeout(240_000)

  it('of three sides: the one that stands merges the others, a round for each', async () => {
    const sides = [0, 0, 0, 1, 1, 1, 2, 2, 2]
    const run = await healedLate({ seed: 6, peers: 9 }, sides, [...sides.keys()])
    const merged = run.merges.map(({ record }) => record.round)
    equal(String(merged), String([ROUNDS + 1, ROUNDS + 2]))
    for (const merge of run.merges) ok((await run.distanceToMean(merge)) < 1e-6)
  }).timeout(240_000)
})
