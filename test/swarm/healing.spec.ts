import { equal, ok } from 'node:assert/strict'
import type { RoundRecord } from '../../src/round/record/record.ts'
import { recordId } from '../../src/round/record/record-id.ts'
import { perform } from '../../src/swarm/script/perform.ts'
import { TOY_MODULES } from '../../src/swarm/work/toy-task.ts'
import { denseMean, denseOf, denseSvd } from '../unit/aggregate/dense-oracle.ts'
import { distance, FULL_RANK, HealingSwarm, samplesOf } from './healing-swarm.ts'

const LEFT = [0, 0, 0, 0, 1, 1, 1, 1]

interface Healed {
  readonly run: HealingSwarm
  /** The last round that either side had certified when the network became whole. */
  readonly wholeAt: number
}

/**
 * Eight peers, parted into four and four for five rounds, and whole again until everybody holds two rounds more.
 *
 * @param resting whether nobody trains from the sixth round after the parting on: everybody contributes what it was given
 */
async function healed(seed: number, ranks: readonly number[], resting: boolean): Promise<Healed> {
  const run = new HealingSwarm({ seed, peers: 8, rounds: 40, ranks })
  perform(run.swarm)
  await run.untilAllHave(2)
  run.part(LEFT)
  await run.untilAllHave(Math.max(...run.kept) + 5)
  run.rests = resting
  if (resting) await run.untilAllHave(Math.max(...run.kept) + 2)
  const wholeAt = Math.max(...run.kept)
  run.part(null)
  await run.untilAllHave(wholeAt + 2)
  return { run, wholeAt }
}

describe('a partition of eight into four and four for five rounds under continue, healed', () => {
  it('is one lineage again within two rounds', async () => {
    for (let seed = 1; seed <= 4; seed++) {
      const { run, wholeAt } = await healed(seed, [FULL_RANK], false)
      const heads = run.swarm.peers.map(({ disk }) => disk.records[wholeAt + 1]?.record as RoundRecord)
      equal(new Set(heads.map(recordId)).size, 1, `seed ${seed}`)
      const { record, other } = run.merge
      ok(record.round <= wholeAt + 2, `seed ${seed}`)
      equal(record.merged?.samples, samplesOf(other))
    }
  }).timeout(240_000)

  it('has the weighted mean of both heads for its global factors, where nobody trains meanwhile', async () => {
    const { run } = await healed(5, [FULL_RANK], true)
    const off = await run.distanceToMean(run.merge)
    ok(off < 1e-6, `it is ${off} off`)
  }).timeout(240_000)

  it('averages the other head with what was trained in its round, as one contribution of its samples', async () => {
    const ranks = [4, 8]
    const { run } = await healed(6, ranks, false)
    const { record, other } = run.merge
    const total = samplesOf(record) + samplesOf(other)
    for (const { name, inFeatures, outFeatures } of TOY_MODULES) {
      const parts = await Promise.all(
        [...record.contributions.map(({ body }) => body), { ...other.global, samples: samplesOf(other) }].map(
          async ({ body, samples }) => ({
            weight: samples / total,
            factors: await run.factorsOf(body, name),
          }),
        ),
      )
      const best = denseSvd(denseMean(parts), outFeatures, inFeatures).truncated(Math.max(...ranks))
      const merged = denseOf(await run.factorsOf(record.global.body, name))
      ok(distance(best, merged) < 1e-6, `${name} is ${distance(best, merged)} off`)
    }
  }).timeout(240_000)
})
