import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Factors, ModuleFactors } from '../../../src/base/adapter.ts'
import { random } from '../../../src/base/random.ts'
import { localRule } from '../../../src/node/local-rule.ts'
import { keptPart, roundStart } from '../../../src/node/round-start.ts'
import type { Trainer } from '../../../src/node/trainer.ts'
import type { Charter } from '../../../src/round/charter/charter.ts'
import { denseOf, largestDifference } from '../../unit/aggregate/dense-oracle.ts'
import {
  createLab,
  idOf,
  type LabPeer,
  MODULES,
  quickCharter,
  recordsOf,
  roundsOf,
  seededTrainer,
} from './lab.ts'

const NAMES = ['a', 'b', 'c', 'd']

/** A round waits for everybody, however slow the machine is: what is averaged is known then. */
const patientCharter = (founders: readonly string[], more: Parameters<typeof quickCharter>[1]) => {
  const charter = quickCharter(founders, more)
  const patience = { minimumMs: 15_000, initialMs: 15_000, hardMs: 15_000, viewMs: 5_000 }
  return { ...charter, deadlines: { ...charter.deadlines, ...patience } }
}
const allDone = (peers: readonly LabPeer[]) => Promise.all(peers.map(({ done }) => done))

/** A trainer that says losses: those of peer a are the largest. */
const losing = (charter: Charter, name: string): Trainer => {
  const inner = seededTrainer(charter, name, 4)
  const before = name === 'a' ? 4 : 2
  return { ...inner, train: async (job) => ({ ...(await inner.train(job)), losses: { before, after: 1 } }) }
}

describe('peers that verify each other’s aggregates', function () {
  this.timeout(400_000)

  for (const weights of [
    { rule: 'uniform' },
    { rule: 'lorar', least: 0.1, most: 0.9 },
    { rule: 'fair', reach: 0.2 },
    { rule: 'fair', reach: 1 },
  ] as const)
    it(`agree on weights by ${JSON.stringify(weights)}`, async () => {
      const charter = patientCharter(NAMES, { faults: 'byzantine', weights, rounds: 2 })
      const lab = createLab(charter)
      const peers = NAMES.map((name) => lab.start(name, { trainer: losing(charter, name) }))
      await allDone(peers)
      for (const peer of peers) deepEqual(recordsOf(peer), recordsOf(peers[0] as LabPeer))
      equal(recordsOf(peers[0] as LabPeer).length, 2)
      ok(peers.every((peer) => peer.adopted() !== null))
    })
})

const dense = (factors: Factors | null, module: string) => denseOf(factors?.get(module) as ModuleFactors)
const plus = (x: Float64Array, y: Float64Array) => x.map((value, at) => value + (y[at] ?? 0))
/** Few enough that what is added to the base has room below the adapters of these small modules. */
const FEW = NAMES.slice(0, 3)
const samplesOf = (name: string) => 10 * (1 + NAMES.indexOf(name))

/** What the peers trained in each round, and what they began from. */
interface Diary {
  readonly rounds: Map<number, { name: string; factors: Factors; start: Factors }[]>
}

/** A trainer that begins where the charter's strategy says, and moves only what may learn by chance. */
function obedient(charter: Charter, name: string, diary: Diary, moves?: 'both'): Trainer {
  const rank = charter.ranks[0] ?? 1
  return {
    ownPart: (global) => keptPart(charter, rank, global),
    async train({ round, global }) {
      const { factors: start } = roundStart(charter, { round, rank, global, modules: MODULES })
      const chance = random('moves', name, round)
      const { trains } = moves === undefined ? localRule(charter, round) : { trains: moves }
      const moved = (values: Float32Array, side: 'a' | 'b') =>
        trains === 'both' || trains === side ? values.map((value) => value + chance.normal()) : values
      const factors = new Map(
        [...start].map(([module, { a, b, ...rest }]) => [
          module,
          { ...rest, a: moved(a, 'a'), b: moved(b, 'b') },
        ]),
      )
      const entries = diary.rounds.get(round) ?? []
      diary.rounds.set(round, [...entries, { name, factors, start }])
      return { factors, rank, samples: samplesOf(name) }
    },
  }
}

/** Σ wᵢ sᵢBᵢAᵢ of a round. */
function meanOf({ rounds }: Diary, round: number, module: string): Float64Array {
  const entries = rounds.get(round) ?? []
  const total = entries.reduce((sum, { name }) => sum + samplesOf(name), 0)
  return entries
    .map(({ name, factors }) => dense(factors, module).map((value) => (value * samplesOf(name)) / total))
    .reduce(plus)
}

async function federate(strategy: string, more: Partial<Charter> = {}, rounds = 2) {
  const charter = patientCharter(FEW, {
    faults: 'byzantine',
    rounds,
    ranks: [2],
    ...more,
    strategy: { name: strategy, options: more.strategy?.options ?? {} },
  })
  const diary: Diary = { rounds: new Map() }
  const lab = createLab(charter)
  const peers = FEW.map((name) => lab.start(name, { trainer: obedient(charter, name, diary) }))
  await allDone(peers)
  for (const peer of peers) deepEqual(recordsOf(peer), recordsOf(peers[0] as LabPeer))
  equal(recordsOf(peers[0] as LabPeer).length, rounds)
  for (const round of [1, 2]) equal(diary.rounds.get(round)?.length, FEW.length)
  return { diary, adopted: peers[0]?.adopted() ?? null }
}

describe('a federation that verifies', function () {
  this.timeout(400_000)
  const near = (actual: Float64Array, expected: Float64Array) => {
    const off = largestDifference(actual, expected) / Math.max(...expected.map(Math.abs))
    ok(off < 1e-5, `off by ${off}`)
  }

  it('flora adds every round’s mean to the base, and begins new adapters', async () => {
    const { diary, adopted } = await federate('flora', { ranks: [1] })
    const [one, two] = [1, 2].map((round) => diary.rounds.get(round)?.[0]?.start.get('layers.0.q'))
    equal(Math.max(...(two?.b ?? [1]).map(Math.abs)), 0)
    ok(largestDifference(one?.a ?? [], two?.a ?? []) > 0)
    for (const { name } of MODULES.slice(0, 1))
      near(dense(adopted, name), plus(meanOf(diary, 1, name), meanOf(diary, 2, name)))
  })

  it('fedex-lora adopts the exact mean of every round on top of the residuals before', async () => {
    const { diary, adopted } = await federate('fedex-lora', { ranks: [1] })
    const name = 'layers.0.q'
    const entries = diary.rounds.get(1) ?? []
    // What round 1 left in the base: its exact mean less what round 2 began from.
    const began = dense(new Map([[name, diary.rounds.get(2)?.[0]?.start.get(name) as ModuleFactors]]), name)
    const base = meanOf(diary, 1, name).map((value, at) => value - (began[at] ?? 0))
    equal(entries.length, 3)
    near(dense(adopted, name), plus(base, meanOf(diary, 2, name)))
  })

  it('ffa-lora leaves A where it was and adopts the exact mean', async () => {
    const { diary, adopted } = await federate('ffa-lora')
    near(dense(adopted, 'layers.0.q'), meanOf(diary, 2, 'layers.0.q'))
    deepEqual(adopted?.get('layers.0.q')?.a, diary.rounds.get(1)?.[0]?.start.get('layers.0.q')?.a)
  })

  it('rolora takes turns, exactly', async () => {
    const { diary, adopted } = await federate('rolora')
    near(dense(adopted, 'layers.0.q'), meanOf(diary, 2, 'layers.0.q'))
    const [first, second] = [1, 2].map((round) => diary.rounds.get(round)?.[0]?.start.get('layers.0.q'))
    deepEqual(first?.a, second?.a)
    deepEqual(adopted?.get('layers.0.q')?.b, second?.b)
    ok(largestDifference(adopted?.get('layers.0.q')?.a ?? [], first?.a ?? []) > 0)
  })

  it('ffa-lora leaves out a peer that moved A, and says so', async () => {
    const charter = patientCharter(NAMES, {
      faults: 'byzantine',
      rounds: 1,
      ranks: [2],
      strategy: { name: 'ffa-lora', options: {} },
    })
    const diary: Diary = { rounds: new Map() }
    const lab = createLab(charter)
    const peers = NAMES.map((name) =>
      lab.start(name, { trainer: obedient(charter, name, diary, name === 'd' ? 'both' : undefined) }),
    )
    await allDone(peers)
    const [round] = roundsOf(peers[0] as LabPeer)
    const out = round?.excluded.find(({ peer }) => peer === idOf('d'))
    ok(JSON.stringify(out).includes('moved A'), JSON.stringify(out))
  })

  for (const optimiser of ['momentum', 'adam', 'yogi'] as const)
    it(`flexlora moves by ${optimiser}, whose memory travels with the global factors`, async () => {
      const server = { optimiser, learningRate: 0.5, beta1: 0.5, beta2: 0.9, tau: 0.1, rank: 8 }
      const { adopted } = await federate('flexlora', { server }, 3)
      ok([...(adopted ?? new Map()).keys()].every((name: string) => !name.includes(':')))
    })
})
