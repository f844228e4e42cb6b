import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { decodeFactors } from '../../../src/adapter/decode-factors.ts'
import { recordOf } from '../../../src/node/keep-record.ts'
import type { PeerEvent } from '../../../src/node/peer-event.ts'
import type { Trainer } from '../../../src/node/trainer.ts'
import type { Charter } from '../../../src/round/charter/charter.ts'
import type { RoundRecord } from '../../../src/round/record/record.ts'
import { openStore } from '../../../src/store/open-store.ts'
import type { Store } from '../../../src/store/store.ts'
import { denseMean, denseOf, denseSvd } from '../../unit/aggregate/dense-oracle.ts'
import { createLab, type LabPeer, MODULES, quickCharter, recordsOf, seededTrainer } from './lab.ts'

const RANK = 4
const ROUNDS = 40
const FOUNDERS = ['a', 'b', 'c', 'd']
const LEFT = ['a', 'b']

const goingOn = () => quickCharter(FOUNDERS, { rounds: ROUNDS, partition: 'continue', ranks: [RANK] })

/** Calls back once, when this peer has certified a round of this number or a later one. */
function onceAt(round: number, run: () => void): (event: PeerEvent) => void {
  let done = false
  return (event) => {
    if (done || event.type !== 'round' || event.round < round) return
    done = true
    run()
  }
}

/** Trains nothing beyond a round before something has happened, and lets timers and others have their turn. */
function restingTrainer(charter: Charter, name: string, round: number, until: Promise<void>): Trainer {
  const trainer = seededTrainer(charter, name, RANK)
  return {
    ...trainer,
    async train(work) {
      if (work.round > round) await until
      await setImmediate()
      return trainer.train(work)
    },
  }
}

const keptBy = ({ store }: Pick<LabPeer, 'store'>): RoundRecord[] =>
  store.recordsFrom(1, 1_000).map((stored) => recordOf(stored, 1_024).record)

async function factorsOf(store: Store, body: string, module: string) {
  const factors = decodeFactors((await store.getBlob(body)) ?? new Uint8Array())
  ok(factors.ok)
  return factors.value.get(module) ?? ok(false, `${module} is missing`) ?? ({} as never)
}

describe('peers that a partition divides under continue', function () {
  this.timeout(240_000)
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'flexswarm-partition-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  it('go on as two sides and become one again, which has merged the other head by its weight', async () => {
    const charter = goingOn()
    const lab = createLab(charter)
    const [left, right] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const whole = Promise.all([left.promise, right.promise]).then(() => lab.part(null))
    const part = onceAt(2, () => lab.part(LEFT))
    const peers = FOUNDERS.map((name) => {
      const fiveOn = onceAt(7, (LEFT.includes(name) ? left : right).resolve)
      return lab.start(name, {
        trainer: restingTrainer(charter, name, 7, whole),
        onEvent: (event) => {
          part(event)
          fiveOn(event)
        },
      })
    })
    await Promise.all(peers.map(({ done }) => done))
    const [first, ...others] = peers as [LabPeer, ...LabPeer[]]
    for (const peer of others) deepEqual(recordsOf(peer), recordsOf(first))
    const record = keptBy(first).find(({ merged }) => merged !== null)
    ok(record?.merged)
    const aside = peers.flatMap(({ store }) => store.replacedRecords())
    ok(aside.some(({ cid }) => cid === record.merged?.record))
    const holder = peers.find(({ peerId }) => peerId === record.aggregator) ?? first
    const total = record.contributions.reduce((sum, { body }) => sum + body.samples, record.merged.samples)
    const bodies = [
      ...record.contributions.map(({ body }) => body),
      { ...record.merged, ...record.merged.global },
    ]
    for (const { name, inFeatures, outFeatures } of MODULES) {
      const parts = await Promise.all(
        bodies.map(async ({ body, samples }) => ({
          weight: samples / total,
          factors: await factorsOf(holder.store, body, name),
        })),
      )
      const best = denseSvd(denseMean(parts), outFeatures, inFeatures).truncated(RANK)
      const merged = denseOf(await factorsOf(holder.store, record.global.body, name))
      const scale = best.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      const apart = best.reduce((most, value, at) => Math.max(most, Math.abs(value - (merged[at] ?? 0))), 0)
      ok(apart < 1e-6 * scale, `${name} is ${apart / scale} off`)
    }
  })

  it('resume on their side from what is on disk, and vote no step twice', async () => {
    const charter = goingOn()
    const lab = createLab(charter)
    const [alone, back, ahead] = [1, 2, 3].map(() => Promise.withResolvers<void>()) as [
      PromiseWithResolvers<void>,
      PromiseWithResolvers<void>,
      PromiseWithResolvers<void>,
    ]
    const whole = Promise.all([back.promise, ahead.promise]).then(() => lab.part(null))
    const trainer = (name: string) => restingTrainer(charter, name, 8, whole)
    const part = onceAt(2, () => lab.part(LEFT))
    const store = await openStore(directory)
    const first = lab.start('a', {
      store,
      trainer: trainer('a'),
      onEvent: onceAt(5, alone.resolve),
    })
    const others = ['b', 'c', 'd'].map((name) =>
      lab.start(name, {
        trainer: trainer(name),
        onEvent: name === 'c' ? onceAt(8, ahead.resolve) : part,
      }),
    )
    await alone.promise
    first.stop()
    store.close()
    const kept = await openStore(directory)
    const again = lab.start('a', {
      store: kept,
      trainer: trainer('a'),
      onEvent: onceAt(8, back.resolve),
    })
    await Promise.all([again, ...others].map(({ done }) => done))
    for (const peer of others) deepEqual(recordsOf(peer), recordsOf(again))
    // Rounds take milliseconds here: one side may be through before it hears of the other, and then merges it at its end.
    ok(recordsOf(again).length === ROUNDS || keptBy(again).at(-1)?.merged)
    equal(keptBy(again).filter(({ merged }) => merged !== null).length, 1)
    kept.close()
  })
})
