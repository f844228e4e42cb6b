import { deepEqual, equal, ok } from 'node:assert/strict'
import { bodyLayout } from '../../../src/adapter/body-layout.ts'
import type { Factors } from '../../../src/base/adapter.ts'
import { cidOf } from '../../../src/base/content-id.ts'
import { openWorkerMatrixProduct } from '../../../src/engine/matrix-product/worker-matrix-product.ts'
import { carryOutAggregate } from '../../../src/node/effects/aggregate.ts'
import { carryOutTrain } from '../../../src/node/effects/train.ts'
import { carryOutVerify } from '../../../src/node/effects/verify.ts'
import { keepBody } from '../../../src/node/factor-body.ts'
import { recordOf } from '../../../src/node/keep-record.ts'
import { loadGlobal } from '../../../src/node/load-global.ts'
import { decodeModuleList, encodeModuleList, makeModuleList } from '../../../src/node/module-list.ts'
import { type PeerWork, peerWork } from '../../../src/node/peer-work.ts'
import type { Charter } from '../../../src/round/charter/charter.ts'
import type { Pulled } from './hub.ts'
import { createLab, idOf, type LabPeer, quickCharter, recordsOf } from './lab.ts'

const NAMES = ['a', 'b', 'c', 'd']
/** Large enough that a body has many chunks: two modules fill one. */
const MODULES = Array.from({ length: 24 }, (_, at) => ({
  name: `layers.${String(at).padStart(2, '0')}.q`,
  inFeatures: 16_384,
  outFeatures: 16_384,
}))
const RANK = 2
const SAMPLED = 2

const patient = {
  minimumMs: 50,
  initialMs: 30_000,
  hardMs: 60_000,
  viewMs: 30_000,
  voteMs: 500,
  viewGrowthMs: 100,
  resendMs: 5_000,
}

/** No two peers draw the same module. */
const drawOf = (name: string): readonly string[] => {
  const first = NAMES.indexOf(name) * 6
  return MODULES.slice(first, first + SAMPLED).map((module) => module.name)
}

/** The first view's aggregator falsifies one module, which only the next peer in the alphabet will draw. */
function lyingWork(onLie: (liar: string, module: string, body: string) => void) {
  let liar: string | null = null
  return (name: string): PeerWork => ({
    ...peerWork,
    async aggregate(context, effect, signal) {
      const event = await carryOutAggregate(context, effect, signal)
      if (effect.view > 0 || event?.type !== 'aggregated') return event
      liar = name
      const [module] = drawOf(NAMES[(NAMES.indexOf(name) + 1) % NAMES.length] as string) as [string]
      const honest = await loadGlobal(context, event.result.global)
      const global = await keepBody(context, falsified(honest, module))
      onLie(name, module, global.body)
      return { ...event, result: { ...event.result, global } }
    },
    verify: async (context, effect, signal) =>
      liar === name
        ? { type: 'verified', round: effect.round, value: effect.value, module: effect.module, refusal: null }
        : carryOutVerify(context, effect, signal, () => drawOf(name)),
  })
}

/** A module a hundredth too long: nothing that its form would show. */
const falsified = (factors: Factors, module: string): Factors =>
  new Map(
    [...factors].map(([name, one]) => [
      name,
      name === module ? { ...one, b: one.b.map((value) => value * 1.01) } : one,
    ]),
  )

describe('voters that each check a few modules by their own chance', function () {
  this.timeout(400_000)
  let product: Awaited<ReturnType<typeof openWorkerMatrixProduct>>
  before(async () => {
    product = await openWorkerMatrixProduct()
  })
  after(() => product.close())

  const charterWith = (norm: Charter['contributions']['norm']) =>
    quickCharter(NAMES, {
      rounds: 1,
      ranks: [RANK],
      faults: 'byzantine',
      deadlines: patient,
      contributions: { norm },
      verification: { sampledModules: SAMPLED, aboveBytes: 0, graceMs: 2_000 },
    })

  for (const norm of [
    { rule: 'none', factor: 10 },
    { rule: 'clip', factor: 0.9 },
  ] as const)
    it(`catch an aggregator that falsifies one module, by the complaint of the only one that drew it (norm: ${norm.rule})`, async () => {
      const charter = charterWith(norm)
      const pulls: Pulled[] = []
      const lie = { liar: '', module: '', body: '' }
      const work = lyingWork((liar, module, body) => Object.assign(lie, { liar, module, body }))
      const lab = createLab(charter, { modules: MODULES, onPulled: (pulled) => pulls.push(pulled), product })
      const peers = new Map<string, LabPeer>()
      for (const name of NAMES) peers.set(name, lab.start(name, { rank: RANK, work: work(name) }))
      await Promise.all([...peers.values()].map(({ done }) => done))

      const [record] = [...peers.values()].map(({ store }) => {
        const stored = store.recordAt(1)
        ok(stored)
        return recordOf(stored, charter.maxPeers).record
      })
      ok(record)
      equal(record.view, 1, 'the first view certified nothing')
      const clipped = record.contributions.filter(({ clip }) => clip < 1).length
      equal(clipped, norm.rule === 'clip' ? NAMES.length : 0, 'all are above nine tenths of the median')
      ok(record.aggregator !== idOf(lie.liar))
      ok(record.global.body !== lie.body)
      equal(new Set([...peers.values()].flatMap(recordsOf)).size, 1)

      const honest = [...peers].filter(([name]) => name !== lie.liar)
      for (const [, { events }] of honest) {
        const accusations = events.filter((event) => event.type === 'accusation')
        deepEqual(
          accusations.map(({ peer, module }) => ({ peer, module })),
          [{ peer: idOf(lie.liar), module: lie.module }],
        )
      }

      const { size } = record.global
      const pulledBy = (peer: string, wanted: (cid: string) => boolean) =>
        pulls.filter((one) => one.peer === peer && wanted(one.cid)).reduce((sum, { bytes }) => sum + bytes, 0)
      for (const [, { peerId }] of honest) {
        const ofLie = pulledBy(peerId, (cid) => cid === lie.body)
        ok(ofLie > 0 && ofLie < 0.5 * size, `${ofLie} of ${size} bytes of the false factors`)
      }
      const contributed = new Set(record.contributions.map(({ body }) => body.body))
      const least = Math.min(
        ...honest.map(([, { peerId }]) => pulledBy(peerId, (cid) => contributed.has(cid))),
      )
      ok(
        least < 0.75 * 3 * size,
        `${least} of ${3 * size} bytes of contributions, for two records and a complaint`,
      )
    })

  it('leave out a contribution whose list says a norm that is not its own', async () => {
    const charter = charterWith({ rule: 'clip', factor: 0.9 })
    const falseNorms: PeerWork = {
      ...peerWork,
      async train(context, effect, signal) {
        const event = await carryOutTrain(context, effect, signal)
        if (event?.type !== 'trained') return event
        const { contribution } = event
        const reader = await context.store.openBlob(contribution.body)
        ok(reader)
        const made = await makeModuleList(reader, bodyLayout(MODULES, RANK), true)
        ok(made.ok)
        equal(contribution.modules, cidOf(made.value))
        const list = decodeModuleList(made.value, { modules: MODULES.length, norms: true })
        ok(list.ok)
        const small = list.value.map((slice) => ({ ...slice, normSquared: (slice.normSquared ?? 0) / 4 }))
        return { ...event, contribution: { ...contribution, modules: cidOf(encodeModuleList(small)) } }
      },
    }
    const lab = createLab(charter, { modules: MODULES, product })
    const peers = NAMES.map((name) =>
      lab.start(name, {
        rank: RANK,
        work:
          name === 'd'
            ? falseNorms
            : { ...peerWork, verify: (...asked) => carryOutVerify(...asked, () => drawOf(name)) },
      }),
    )
    await Promise.all(peers.map(({ done }) => done))
    const [stored] = peers.map(({ store }) => store.recordAt(1))
    ok(stored)
    const { record } = recordOf(stored, charter.maxPeers)
    deepEqual(
      record.exclusions.map(({ peer, reason }) => ({ peer, reason })),
      [{ peer: idOf('d'), reason: 'malformed' }],
    )
  })
})
