import { join } from 'node:path'
import type { Log } from '../base/log.ts'
import { openWorkerMatrixProduct } from '../engine/matrix-product/worker-matrix-product.ts'
import { openNetwork } from '../network/open-network.ts'
import { type LocalTrainer, localTrainer } from '../node/local-trainer.ts'
import type { PeerPorts } from '../node/peer-context.ts'
import type { PeerEvent } from '../node/peer-event.ts'
import { openStore } from '../store/open-store.ts'
import { adapterKeeper } from './adapter-keeper.ts'
import { joinInvite, networkAdmission } from './network-admission.ts'
import { type PeerPlan, planPeer } from './plan-peer.ts'
import { systemClock } from './system-clock.ts'

/** A peer with everything open that it works through. */
export interface OpenPeer {
  readonly ports: PeerPorts
  /** What it says of itself first. */
  readonly started: PeerEvent
  readonly adapterDirectory: string
  /** Closes it all, newest first. */
  close(): Promise<void>
}

export interface Watchers {
  readonly log: Log
  readonly emit: (event: PeerEvent) => void
}

/**
 * Opens a peer from its file: model, engine, data, store and network. Where one of them fails, those before are
 * closed again.
 */
export async function openPeer(file: string, watchers: Watchers): Promise<OpenPeer> {
  const closing = new AsyncDisposableStack()
  const keep = <T extends { close(): unknown }>(opened: T): T =>
    closing.adopt(opened, async (resource) => void (await resource.close()))
  try {
    const plan = await planPeer(file, keep)
    const { ports, trainer } = await openPorts(plan, watchers, keep)
    const adapterDirectory = join(plan.peer.directory, 'adapter')
    const keepAdapter = adapterKeeper(plan, trainer, adapterDirectory)
    return {
      ports: { ...ports, keepAdapter },
      started: introduction(plan, ports.network.addresses()),
      adapterDirectory,
      close: () => closing.disposeAsync(),
    }
  } catch (error) {
    await closing.disposeAsync()
    throw error
  }
}

/** Opens the ports of the peer's context, the network last: nobody hears of a peer that cannot work. */
async function openPorts(
  plan: PeerPlan,
  { log, emit }: Watchers,
  keep: <T extends { close(): unknown }>(opened: T) => T,
): Promise<{ ports: Omit<PeerPorts, 'keepAdapter'>; trainer: LocalTrainer }> {
  const { peer, charter, federation, session, modules, data, decision, identity, invite } = plan
  const store = keep(await openStore(peer.directory))
  // A peer that shares its processor with others keeps to its threads in the aggregation too.
  const threads = peer.threads === undefined ? {} : { threads: peer.threads }
  const product = keep(await openWorkerMatrixProduct(threads))
  const { listen, bootstrap, mdns } = peer
  const admission = networkAdmission(charter, invite)
  const maxBlobBytes = charter.contributions.maxBytes
  const network = keep(
    await openNetwork({ identity, federation, listen, bootstrap, mdns, admission, maxBlobBytes, log }),
  )
  const trainer = keep(
    localTrainer({
      charter,
      checkpoint: session.checkpoint,
      executor: session.executor,
      modules,
      data: data.sequences,
      rank: decision.rank,
      graph: decision.graph,
      stepDown: decision.stepDown,
      afterFirstStep: memoryCheck(decision),
      stream: identity.peerId,
      clock: systemClock,
      log,
    }),
  )
  const { keepRounds } = peer
  const ports = {
    charter,
    federation,
    network,
    store,
    trainer,
    product,
    modules,
    keepRounds,
    invite: joinInvite(invite),
  }
  return { ports: { ...ports, clock: systemClock, log, emit }, trainer }
}

/** Compares what the process grew by in the first step with what was foreseen. */
function memoryCheck({ afterStep }: PeerPlan['decision']): (rank: number) => number {
  const beforeBytes = process.memoryUsage.rss()
  return (rank) => afterStep(rank, Math.max(0, process.resourceUsage().maxRSS * 1024 - beforeBytes))
}

function introduction(
  { peer, identity, decision, session, data }: PeerPlan,
  addresses: readonly string[],
): PeerEvent {
  const { executor } = session
  return {
    type: 'started',
    name: peer.name,
    peerId: identity.peerId,
    rank: decision.rank,
    rankReason: decision.reasons.join('\n'),
    engine: `${executor.name} on ${executor.device}`,
    samples: data.sequences.length,
    addresses,
  }
}
