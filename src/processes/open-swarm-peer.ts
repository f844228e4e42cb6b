import { join } from 'node:path'
import { plainMatrixProduct } from '../aggregate/plain-matrix-product.ts'
import { peerIdentity } from '../api/peer-identity.ts'
import { systemClock } from '../api/system-clock.ts'
import type { Factors } from '../base/adapter.ts'
import { silentLog } from '../base/log.ts'
import { random } from '../base/random.ts'
import { openNetwork } from '../network/open-network.ts'
import { type PeerWork, peerWork } from '../node/peer-work.ts'
import { federationId } from '../round/charter/charter-codec.ts'
import { openStore } from '../store/open-store.ts'
import { TOY_MODULES, toyTrainer } from '../swarm/work/toy-task.ts'
import type { Peer } from './lies/real-lies.ts'
import type { PeerDefinition } from './peer-definition.ts'
import type { SwarmPeerEvent } from './swarm-peer-event.ts'
import { seededTrainer } from './work/seeded-trainer.ts'
import { tellingLoss } from './work/telling-work.ts'
import { timedTrainer } from './work/timed-trainer.ts'

/** An honest peer of a swarm with everything open that it works through. */
export interface OpenSwarmPeer extends Peer {
  close(): Promise<void>
}

export interface SwarmPeerWatcher {
  readonly tell: (event: SwarmPeerEvent) => void
  /** How many times as long its training takes now. */
  readonly slowness: () => number
}

/** Opens a peer's store and network, and a trainer that needs no model. */
export async function openSwarmPeer(
  definition: PeerDefinition,
  { tell, slowness }: SwarmPeerWatcher,
): Promise<OpenSwarmPeer> {
  const { name, charter, directory, listen, bootstrap, work } = definition
  const closing = new AsyncDisposableStack()
  const identity = await peerIdentity(directory)
  const store = closing.adopt(await openStore(directory), (opened) => opened.close())
  const federation = federationId(charter)
  const network = closing.adopt(
    await openNetwork({ identity, federation, listen, bootstrap }),
    async (opened) => opened.close(),
  )
  const trainer = (work.training === 'toy' ? toyTrainer : seededTrainer)(
    charter,
    name,
    work.rank,
    work.samples,
  )
  const { trainMs } = work
  // A peer that was started again draws other times than in its first life.
  const chance = random('train', charter.seed, name, store.lastRecord()?.height ?? 0)
  tell({
    type: 'started',
    name,
    peerId: identity.peerId,
    rank: work.rank,
    rankReason: 'its swarm file says so',
    engine: `training ${work.training}`,
    samples: work.samples,
    addresses: network.addresses(),
  })
  return {
    ports: {
      charter,
      federation,
      network,
      store,
      trainer: timedTrainer(trainer, { trainMs, slowness, chance, clock: systemClock }),
      product: plainMatrixProduct,
      clock: systemClock,
      log: silentLog,
      modules: TOY_MODULES,
      keepAdapter: (_own: Factors) => join(directory, 'adapter'),
      emit: tell,
    },
    work: workOf(definition, tell),
    close: () => closing.disposeAsync(),
  }
}

const workOf = ({ work }: PeerDefinition, tell: SwarmPeerWatcher['tell']): PeerWork =>
  work.training === 'toy' ? tellingLoss(peerWork, tell) : peerWork
