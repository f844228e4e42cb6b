import { createIdentity } from '../../../src/network/identity.ts'
import type { TransportParts } from '../../../src/network/libp2p-parts.ts'
import type { Network, NetworkMessage, PeerEvent } from '../../../src/network/network.ts'
import type { NetworkOptions } from '../../../src/network/network-options.ts'
import { openNetwork } from '../../../src/network/open-network.ts'

export const FEDERATION = 'bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua'

/** Networks of this machine, by default over real sockets, all closed at the end of the test. */
export class Loopback {
  readonly #open: Network[] = []
  readonly #listen: () => string
  readonly #parts: TransportParts | undefined

  constructor(listen = () => '/ip4/127.0.0.1/tcp/0', parts?: TransportParts) {
    this.#listen = listen
    this.#parts = parts
  }

  async peer(options: Partial<NetworkOptions> = {}): Promise<Network> {
    const identity = createIdentity()
    const network = await openNetwork(
      { identity, federation: FEDERATION, listen: [this.#listen()], ...options },
      this.#parts,
    )
    this.#open.push(network)
    return network
  }

  /** Peers that all know each other, found by the address of the first. */
  async peers(count: number, options: Partial<NetworkOptions> = {}): Promise<Network[]> {
    const first = await this.peer(options)
    const rest = await Promise.all(
      Array.from({ length: count - 1 }, () => this.peer({ bootstrap: [address(first)], ...options })),
    )
    const all = [first, ...rest]
    await Promise.all(all.map((network) => untilPeers(network, count - 1)))
    return all
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((network) => network.close()))
  }
}

export const address = (network: Network): string => network.addresses()[0] as string

/** Resolves when the network has at least this many peers. */
export function untilPeers(network: Network, count: number): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (network.peers().length >= count) {
        stop()
        resolve()
      }
    }
    const stop = network.onPeer(check)
    check()
  })
}

/** The next event of this type. */
export function nextEvent<T extends PeerEvent['type']>(
  network: Network,
  type: T,
): Promise<Extract<PeerEvent, { type: T }>> {
  return new Promise((resolve) => {
    const stop = network.onPeer((event) => {
      if (event.type !== type) return
      stop()
      resolve(event as Extract<PeerEvent, { type: T }>)
    })
  })
}

/** The next message that this network hears; it is handed on. */
export function nextMessage(network: Network): Promise<NetworkMessage> {
  return new Promise((resolve) => {
    network.onMessage((message) => {
      resolve(message)
      return 'accept'
    })
  })
}
