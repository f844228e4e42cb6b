import { plainMatrixProduct } from '../../aggregate/plain-matrix-product.ts'
import { silentLog } from '../../base/log.ts'
import { openBodies } from '../../node/bodies.ts'
import { carryOutAggregate } from '../../node/effects/aggregate.ts'
import { carryOutTrain } from '../../node/effects/train.ts'
import { carryOutVerify } from '../../node/effects/verify.ts'
import { keepBody, keepContribution } from '../../node/factor-body.ts'
import { loadGlobal } from '../../node/load-global.ts'
import type { PeerContext } from '../../node/peer-context.ts'
import type { Charter } from '../../round/charter/charter.ts'
import type { GlobalFactors, RoundRecord } from '../../round/record/record.ts'
import { recordId } from '../../round/record/record-id.ts'
import { MemoryStore } from '../../store/memory-store.ts'
import type { Store } from '../../store/store.ts'
import type { PeerScript } from '../script/script.ts'
import { absentNetwork } from './absent-network.ts'
import type { Refusal, Workload } from './peer-work.ts'
import { spoilAggregate, spoilTraining } from './spoil-factors.ts'
import { TOY_MODULES, toyLoss, toyTrainer } from './toy-task.ts'

const never = new AbortController().signal

/**
 * Training `toy`: real factors of a federated regression whose optimum is known. Training, aggregation, the norm rule
 * and verification are the node's own effects; every body lies in one store, since the swarm has already decided who
 * could pull what.
 */
export function toyTraining(
  charter: Charter,
  names: readonly string[],
  peers: readonly PeerScript[],
  store: Store = new MemoryStore(),
): Workload {
  const losses = new Map<string, number>()
  const contexts = peers.map(({ rank, samples }, at) =>
    contextOf(charter, store, names[at] ?? '', rank, samples),
  )
  const context = (holder: number) => contexts[holder] as PeerContext

  async function verify(
    holder: number,
    record: RoundRecord,
    global: GlobalFactors | null,
    modules: readonly string[] | null,
  ): Promise<Refusal> {
    const { round } = record
    const value = recordId(record)
    const event = await carryOutVerify(
      context(holder),
      { type: 'verify', round, value, record, global, module: null },
      never,
      () => modules,
    )
    return event?.type === 'verified' ? event.refusal : { reason: 'no verdict', module: null }
  }

  async function noteLoss(global: GlobalFactors): Promise<void> {
    losses.set(global.body, toyLoss(charter.seed, await loadGlobal(context(0), global)))
  }

  return {
    async train(holder, effect, lie) {
      const event = await carryOutTrain(context(holder), effect, never)
      if (event?.type !== 'trained') throw new Error(`training failed: ${JSON.stringify(event)}`)
      if (lie === null) return event.contribution
      const honest = await loadGlobal(context(holder), event.contribution)
      return {
        ...event.contribution,
        ...(await keepContribution(context(holder), spoilTraining(honest, lie))),
      }
    },
    async aggregate(holder, { contributions, merged, global }, lie) {
      const used =
        lie === 'dropped-contribution' && contributions.length > 1 ? contributions.slice(1) : contributions
      const event = await carryOutAggregate(
        context(holder),
        {
          type: 'aggregate',
          round: 0,
          view: 0,
          attempt: 0,
          contributions: used,
          global,
          ...(merged === null ? {} : { merged }),
        },
        never,
      )
      if (event?.type !== 'aggregated') throw new Error(`aggregation failed: ${JSON.stringify(event)}`)
      await noteLoss(event.result.global)
      if (lie === null || lie === 'dropped-contribution') return event.result
      const honest = await loadGlobal(context(holder), event.result.global)
      return { ...event.result, global: await keepBody(context(holder), spoilAggregate(honest, lie)) }
    },
    modules: TOY_MODULES.map(({ name }) => name),
    verify,
    async fault(record, global) {
      const refusal = await verify(0, record, global, null)
      return refusal === null ? null : refusal.reason
    },
    loss: ({ body }) => losses.get(body) ?? null,
  }
}

/** The swarm has its own time: whatever work waits for has passed. */
const AT_ONCE: PeerContext['clock'] = {
  nowMs: () => 0,
  after: (_ms, run) => {
    run()
    return () => {}
  },
}

function contextOf(charter: Charter, store: Store, name: string, rank: number, samples: number): PeerContext {
  const network = absentNetwork(name)
  const { maxBytes } = charter.contributions
  return {
    charter,
    federation: '',
    network,
    store,
    bodies: openBodies({ network, store, maxBytes, signal: never }),
    trainer: toyTrainer(charter, name, rank, samples),
    product: plainMatrixProduct,
    clock: AT_ONCE,
    log: silentLog,
    modules: TOY_MODULES,
    keepAdapter: () => '',
    emit: () => {},
  }
}
