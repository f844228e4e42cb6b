import { equal, ok } from 'node:assert/strict'
import { decodeFactors } from '../../src/adapter/decode-factors.ts'
import type { ModuleFactors } from '../../src/base/adapter.ts'
import { alphaOf } from '../../src/round/charter/alpha-of.ts'
import type { RoundRecord } from '../../src/round/record/record.ts'
import { recordId } from '../../src/round/record/record-id.ts'
import { MemoryStore } from '../../src/store/memory-store.ts'
import { QUIET_NETWORK } from '../../src/swarm/network/network-profile.ts'
import { perform } from '../../src/swarm/script/perform.ts'
import type { Script } from '../../src/swarm/script/script.ts'
import { Swarm } from '../../src/swarm/swarm.ts'
import { TOY_MODULES } from '../../src/swarm/work/toy-task.ts'
import { toyTraining } from '../../src/swarm/work/toy-training.ts'
import { denseMean, denseOf, denseSvd } from '../unit/aggregate/dense-oracle.ts'

/** As high as the toy's modules allow: nothing of a mean is cut off. */
const FULL_RANK = 16
const LEFT = [0, 0, 0, 0, 1, 1, 1, 1]

const script = (seed: number, ranks: readonly number[]): Script => ({
  name: 'healing',
  seed,
  peers: LEFT.map((_, at) => ({
    rank: ranks[at % ranks.length] ?? FULL_RANK,
    samples: 100 + 37 * at,
    trainMs: [500, 900],
    joinsAtMs: null,
    lie: null,
  })),
  charter: { rounds: 40, ranks, partition: 'continue', strategy: { name: 'flexlora', options: {} } },
  network: QUIET_NETWORK,
  training: 'toy',
  happenings: [],
  calmAtMs: 3_600_000,
  patienceMs: 0,
})

interface Healed {
  readonly swarm: Swarm
  /** The last round that either side had certified when the network became whole. */
  readonly wholeAt: number
  readonly factorsOf: (body: string, module: string) => Promise<ModuleFactors>
}

/**
 * Eight peers, parted into four and four for five rounds, and whole again until everybody holds two rounds more.
 *
 * @param resting whether nobody trains from the sixth round after the parting on: everybody contributes what it was given
 */
async function healed(seed: number, ranks: readonly number[], resting: boolean): Promise<Healed> {
  const store = new MemoryStore()
  let rests = false
  const swarm = new Swarm(script(seed, ranks), null, (charter, names, peers) => {
    const toy = toyTraining(charter, names, peers, store)
    return {
      ...toy,
      train(holder, effect, lie) {
        if (!rests || effect.global === null) return toy.train(holder, effect, lie)
        const [rank = FULL_RANK] = ranks
        return {
          rank,
          alpha: alphaOf(charter.adapter.alpha, rank),
          samples: 100 + 37 * holder,
          ...effect.global,
        }
      },
    }
  })
  const kept = () => swarm.peers.map(({ disk }) => disk.records.length)
  const untilAllHave = async (rounds: number) =>
    ok(await swarm.world.run(() => kept().every((count) => count >= rounds), swarm.world.nowMs + 600_000))
  perform(swarm)
  await untilAllHave(2)
  swarm.links.partition(LEFT)
  swarm.tellReach('peer-gone')
  await untilAllHave(Math.max(...kept()) + 5)
  rests = resting
  if (resting) await untilAllHave(Math.max(...kept()) + 2)
  const wholeAt = Math.max(...kept())
  swarm.links.partition(null)
  swarm.tellReach('peer-here')
  await untilAllHave(wholeAt + 2)
  const factorsOf = async (body: string, module: string) => {
    const factors = decodeFactors((await store.getBlob(body)) ?? new Uint8Array())
    ok(factors.ok)
    return factors.value.get(module) as ModuleFactors
  }
  return { swarm, wholeAt, factorsOf }
}

/** The record that merged the other side's head, and the heads of both sides. */
function merging({ swarm }: Healed): { record: RoundRecord; own: RoundRecord; other: RoundRecord } {
  const records = swarm.peers[0]?.disk.records ?? []
  const merges = records.filter(({ record }) => record.merged !== null)
  equal(merges.length, 1)
  const record = merges[0]?.record as RoundRecord
  const own = swarm.guard.lineages.get(record.previous)?.record as RoundRecord
  const other = swarm.guard.lineages.get(record.merged?.record ?? '')?.record as RoundRecord
  return { record, own, other }
}

const samplesOf = ({ contributions }: RoundRecord) =>
  contributions.reduce((sum, { body }) => sum + body.samples, 0)

/** Largest difference of two matrices, relative to the largest value. */
function distance(one: Float64Array, other: Float64Array): number {
  const apart = one.reduce((most, value, at) => Math.max(most, Math.abs(value - (other[at] ?? 0))), 0)
  return apart / one.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
}

describe('a partition of eight into four and four for five rounds under continue, healed', () => {
  it('is one lineage again within two rounds', async () => {
    for (let seed = 1; seed <= 4; seed++) {
      const run = await healed(seed, [FULL_RANK], false)
      const heads = run.swarm.peers.map(({ disk }) => disk.records[run.wholeAt + 1]?.record as RoundRecord)
      equal(new Set(heads.map(recordId)).size, 1, `seed ${seed}`)
      const { record, other } = merging(run)
      ok(record.round <= run.wholeAt + 2, `seed ${seed}`)
      equal(record.merged?.samples, samplesOf(other))
    }
  }).timeout(60_000)

  it('has the weighted mean of both heads for its global factors, where nobody trains meanwhile', async () => {
    const run = await healed(5, [FULL_RANK], true)
    const { record, own, other } = merging(run)
    const [n, m] = [samplesOf(record), samplesOf(other)]
    for (const { name } of TOY_MODULES) {
      const [merged, one, two] = await Promise.all(
        [record, own, other].map(({ global }) => run.factorsOf(global.body, name)),
      )
      ok(merged && one && two)
      const mean = denseMean([
        { weight: n / (n + m), factors: one },
        { weight: m / (n + m), factors: two },
      ])
      ok(distance(denseOf(one), denseOf(two)) > 1e-2, 'the sides have learned the same')
      ok(distance(mean, denseOf(merged)) < 1e-6, `${name} is ${distance(mean, denseOf(merged))} off`)
    }
  }).timeout(60_000)

  it('averages the other head with what was trained in its round, as one contribution of its samples', async () => {
    const ranks = [4, 8]
    const run = await healed(6, ranks, false)
    const { record, other } = merging(run)
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
  }).timeout(60_000)
})
