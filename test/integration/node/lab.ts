import { initialFactors } from '../../../src/adapter/initial-factors.ts'
import type { ModuleShape } from '../../../src/adapter/module-shape.ts'
import { fitFactors } from '../../../src/aggregate/fit-to-rank.ts'
import { plainMatrixProduct } from '../../../src/aggregate/plain-matrix-product.ts'
import { systemClock } from '../../../src/api/system-clock.ts'
import type { Factors } from '../../../src/base/adapter.ts'
import { silentLog } from '../../../src/base/log.ts'
import type { MatrixProduct } from '../../../src/base/matrix-product.ts'
import { random } from '../../../src/base/random.ts'
import { createIdentity } from '../../../src/network/identity.ts'
import { charterScaling } from '../../../src/node/charter-scaling.ts'
import type { PeerPorts } from '../../../src/node/peer-context.ts'
import type { PeerEvent } from '../../../src/node/peer-event.ts'
import type { PeerWork } from '../../../src/node/peer-work.ts'
import { startPeer } from '../../../src/node/start-peer.ts'
import type { Trainer } from '../../../src/node/trainer.ts'
import type { Charter } from '../../../src/round/charter/charter.ts'
import { federationId } from '../../../src/round/charter/charter-codec.ts'
import { type CharterInput, makeCharter } from '../../../src/round/charter/charter-defaults.ts'
import { MemoryStore } from '../../../src/store/memory-store.ts'
import type { Store } from '../../../src/store/store.ts'
import { createHub, type Pulled } from './hub.ts'

export const MODULES = [
  { name: 'layers.0.q', inFeatures: 12, outFeatures: 10 },
  { name: 'layers.0.v', inFeatures: 12, outFeatures: 6 },
]

const seedOf = (name: string) => new Uint8Array(32).fill(name.charCodeAt(0))

/** The key that the peer of this name has in every lab. */
export const identityOf = (name: string) => createIdentity(seedOf(name))

/** Its peer id. */
export const idOf = (name: string): string => identityOf(name).peerId

/** A charter with quick deadlines, founded by the peers of these names. */
export const quickCharter = (founders: readonly string[], more: Partial<CharterInput> = {}): Charter =>
  makeCharter({
    name: 'lab',
    seed: 'lab-seed',
    model: { fingerprint: 'none' },
    founders: founders.map(idOf),
    rounds: 3,
    ranks: [2, 4],
    deadlines: {
      minimumMs: 50,
      initialMs: 400,
      hardMs: 2_000,
      viewMs: 400,
      voteMs: 100,
      viewGrowthMs: 100,
      resendMs: 50,
    },
    ...more,
  })

/** A trainer that adds a little of its own to what it is given; `spoil` makes it do harm. */
export function seededTrainer(
  charter: Charter,
  name: string,
  rank: number,
  spoil = (factors: Factors) => factors,
  modules: readonly ModuleShape[] = MODULES,
): Trainer {
  const scaling = charterScaling(charter, rank)
  const ownPart = (global: Factors) => fitFactors(global, { rank, scaling, seed: charter.seed })
  const first = () =>
    initialFactors({ seed: charter.seed, modules, rankOf: () => rank, scalingOf: () => scaling })
  return {
    ownPart,
    async train({ round, global, onStep, signal }) {
      signal.throwIfAborted()
      const chance = random(charter.seed, name, round)
      const start = global === null ? first() : ownPart(global)
      const factors = new Map(
        [...start].map(([module, one]) => [
          module,
          { ...one, b: one.b.map((value) => value + chance.normal()) },
        ]),
      )
      onStep({ step: 1, of: 1, loss: 1 / round, secondsLeft: 0 })
      return { factors: spoil(factors), rank, samples: 10 * rank }
    },
  }
}

export interface LabPeer {
  readonly peerId: string
  readonly store: Store
  readonly events: PeerEvent[]
  /** The factors that it adopted last. */
  adopted(): Factors | null
  readonly done: Promise<void>
  stop(): void
  leave(): void
}

export interface LabOptions {
  readonly rank?: number
  readonly store?: Store
  readonly trainer?: Trainer
  readonly onEvent?: (event: PeerEvent) => void
  readonly keepRounds?: number
  /** How it does the machine's work. Default: honestly. */
  readonly work?: PeerWork
}

export interface LabSetting {
  readonly modules?: readonly ModuleShape[]
  readonly onPulled?: (pulled: Pulled) => void
  readonly product?: MatrixProduct
}

/** Peers in one process: real round machine, driver, aggregation and signatures; network and disk in memory. */
export function createLab(
  charter: Charter,
  { modules = MODULES, onPulled, product = plainMatrixProduct }: LabSetting = {},
) {
  const hub = createHub(onPulled)
  return {
    /** Splits the network between the peers of these names and the others; null makes it whole. */
    part(names: readonly string[] | null): void {
      const there = new Set((names ?? []).map(idOf))
      hub.part((peer) => (there.has(peer) ? 1 : 0))
    },
    start(name: string, options: LabOptions = {}): LabPeer {
      const { rank = 4, store = new MemoryStore(), onEvent } = options
      const network = hub.connect(seedOf(name))
      const events: PeerEvent[] = []
      let adopted: Factors | null = null
      const ports: PeerPorts = {
        charter,
        federation: federationId(charter),
        network,
        store,
        clock: systemClock,
        log: silentLog,
        trainer: options.trainer ?? seededTrainer(charter, name, rank, undefined, modules),
        product,
        modules,
        ...(options.keepRounds === undefined ? {} : { keepRounds: options.keepRounds }),
        keepAdapter: (own) => {
          adopted = own
          return name
        },
        emit: (event) => {
          events.push(event)
          onEvent?.(event)
        },
      }
      const running = startPeer(ports, options.work)
      const stop = () => {
        hub.disconnect(network.peerId)
        running.stop()
      }
      const done = running.done.finally(() => hub.disconnect(network.peerId))
      return {
        peerId: network.peerId,
        store,
        events,
        adopted: () => adopted,
        done,
        stop,
        leave: running.leave,
      }
    },
  }
}

/** The ids of a peer's certified records, in order. */
export const recordsOf = ({ store }: Pick<LabPeer, 'store'>): string[] =>
  store.recordsFrom(1, 1_000).map(({ cid }) => cid)

/** What its watchers were told of certified rounds. */
export const roundsOf = ({ events }: Pick<LabPeer, 'events'>) =>
  events.filter((event) => event.type === 'round')
