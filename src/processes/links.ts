import { refuse } from '../base/result.ts'
import type { Network, PeerEvent } from '../network/network.ts'
import type { Peer } from './lies/real-lies.ts'
import { networkWith } from './network-with.ts'

export interface Reach {
  readonly deafTo: readonly string[]
  readonly unheardBy: readonly string[]
}

/**
 * Links that a script cuts. No process can cut a TCP connection of this machine in one direction, so a peer itself
 * throws away what it would not have heard; questions and pulls need both directions.
 */
export class Links {
  #deafTo = new Set<string>()
  #unheardBy = new Set<string>()
  readonly #listeners = new Set<(event: PeerEvent) => void>()

  set({ deafTo, unheardBy }: Reach): void {
    const before = this.#lost()
    this.#deafTo = new Set(deafTo)
    this.#unheardBy = new Set(unheardBy)
    const now = this.#lost()
    for (const peer of now) if (!before.has(peer)) this.#tell({ type: 'leave', peer })
    for (const peer of before) if (!now.has(peer)) this.#tell({ type: 'join', peer })
  }

  around({ ports, work }: Peer): Peer {
    return { ports: { ...ports, network: this.#network(ports.network) }, work }
  }

  /** Those with whom nothing goes in either direction: their connections are as good as gone. */
  #lost(): ReadonlySet<string> {
    return new Set([...this.#deafTo].filter((peer) => this.#unheardBy.has(peer)))
  }

  #cut(peer: string): boolean {
    return this.#deafTo.has(peer) || this.#unheardBy.has(peer)
  }

  #tell(event: PeerEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  #network(network: Network): Network {
    const away = refuse<never>('it is out of reach')
    return networkWith(network, {
      peers: () => network.peers().filter((peer) => !this.#cut(peer)),
      onMessage: (handler) =>
        network.onMessage((message) => (this.#deafTo.has(message.relay) ? 'ignore' : handler(message))),
      onPeer: (handler) => {
        this.#listeners.add(handler)
        const stop = network.onPeer((event) => {
          if (event.type !== 'join' || !this.#lost().has(event.peer)) handler(event)
        })
        return () => {
          this.#listeners.delete(handler)
          stop()
        }
      },
      pull: async (cid, options) => {
        const providers = options.providers.filter((peer) => !this.#cut(peer))
        return providers.length === 0 ? away : network.pull(cid, { ...options, providers })
      },
      onRequest: (name, handler) =>
        network.onRequest(name, async (from, body) => (this.#cut(from) ? away : handler(from, body))),
      request: async (peer, ...asked) => (this.#cut(peer) ? away : network.request(peer, ...asked)),
    })
  }
}
