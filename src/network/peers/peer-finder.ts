import { KEEP_ALIVE, type Libp2p } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { encodeCanonical } from '../../base/canonical-cbor.ts'
import type { Log } from '../../base/log.ts'
import { accept, type Result } from '../../base/result.ts'
import { reasonOf } from '../frames.ts'
import { decodeKnownPeers, MAX_PEERS_TOLD, multiaddrOf } from './known-peers.ts'

/** The request by which a peer asks another whom it knows. */
export const PEERS_REQUEST = 'peers'
const TAG = `${KEEP_ALIVE}-flexswarm`

export interface FinderTerms {
  readonly maxPeers: number
  readonly log: Log
  readonly admitted: () => readonly string[]
  readonly ask: (peer: string, name: string, body: Uint8Array) => Promise<Result<Uint8Array>>
}

/**
 * Finds the others: each peer is asked, right after its handshake, whom else it knows, and those are dialled. Of two
 * newcomers at one peer the later one hears of the earlier, so one bootstrap address joins everybody.
 */
export class PeerFinder {
  readonly #libp2p: Libp2p
  readonly #terms: FinderTerms
  readonly #addresses = new Map<string, readonly string[]>()

  constructor(libp2p: Libp2p, terms: FinderTerms) {
    this.#libp2p = libp2p
    this.#terms = terms
  }

  /** A peer was admitted: it is kept connected, and asked for others. */
  async meet(peer: string, addresses: readonly string[]): Promise<void> {
    this.#addresses.set(peer, addresses)
    try {
      await this.#remember(peer, addresses, { [TAG]: {} })
      const answer = await this.#terms.ask(peer, PEERS_REQUEST, new Uint8Array())
      const known = answer.ok ? decodeKnownPeers(answer.value) : answer
      if (!known.ok)
        return this.#terms.log('debug', `Peer ${peer} did not say whom it knows: ${known.reason}`)
      await Promise.all(known.value.map((other) => this.#consider(other.peer, other.addresses)))
    } catch (error) {
      this.#terms.log('debug', `Looking for peers by ${peer} failed: ${reasonOf(error)}`)
    }
  }

  /** The answer to a peer that asks whom this one knows. */
  async tell(asker: string): Promise<Result<Uint8Array>> {
    const others = this.#terms.admitted().filter((peer) => peer !== asker)
    const known = others
      .slice(-MAX_PEERS_TOLD)
      .map((peer) => ({ peer, addresses: [...(this.#addresses.get(peer) ?? [])] }))
    return accept(encodeCanonical(known))
  }

  /** Somebody may be there: connect, unless connected or enough are. */
  async #consider(peer: string, addresses: readonly string[]): Promise<void> {
    const connected = this.#terms.admitted()
    if (peer === this.#libp2p.peerId.toString() || connected.includes(peer)) return
    await this.#remember(peer, addresses, {})
    if (connected.length >= this.#terms.maxPeers) return
    await this.#libp2p
      .dial(peerIdFromString(peer))
      .catch((error: unknown) => this.#terms.log('debug', `No way to ${peer}: ${reasonOf(error)}`))
  }

  /** What a peer says of its addresses is kept only as hints for dialling. */
  async #remember(peer: string, addresses: readonly string[], tags: Record<string, object>): Promise<void> {
    const multiaddrs = addresses.map(multiaddrOf).filter((address) => address !== undefined)
    await this.#libp2p.peerStore.merge(peerIdFromString(peer), { multiaddrs, tags })
  }
}
