import type { Log } from '../../base/log.ts'
import { accept, type Result } from '../../base/result.ts'
import { type Deferred, deferred } from '../deferred.ts'
import { reasonOf } from '../frames.ts'
import type { PeerEvent } from '../network.ts'

/** The request by which a peer learns that another hears its gossip: it is answered when that is so. */
export const READY_REQUEST = 'ready'

export interface JoinTerms {
  readonly log: Log
  readonly emit: (event: PeerEvent) => void
  /** Resolves once gossip of this peer arrives here; rejects if it never does. */
  readonly hears: (peer: string) => Promise<void>
  readonly ask: (peer: string, name: string, body: Uint8Array) => Promise<Result<Uint8Array>>
  readonly admitted: (peer: string) => boolean
  readonly hangUp: (peer: string) => void
}

/**
 * Who has joined: admitted, and within hearing both ways. An admitted peer's gossip streams open a little later than
 * its handshake ends, and what is said in between is lost; so others are told of it only then. One that never comes
 * within hearing is hung up on, to be dialled again.
 */
export class JoinedPeers {
  readonly #terms: JoinTerms
  readonly #joined = new Set<string>()
  readonly #awaited = new Map<string, Deferred<boolean>>()

  constructor(terms: JoinTerms) {
    this.#terms = terms
  }

  list(): readonly string[] {
    return [...this.#joined]
  }

  async meet(peer: string): Promise<void> {
    const { hears, ask, admitted, emit, hangUp, log } = this.#terms
    const [heard, answer] = await Promise.allSettled([
      hears(peer),
      ask(peer, READY_REQUEST, new Uint8Array()),
    ])
    if (!admitted(peer) || this.#joined.has(peer)) return
    if (heard.status === 'fulfilled' && answer.status === 'fulfilled' && answer.value.ok) {
      this.#joined.add(peer)
      this.#tellAwaiting(peer, true)
      emit({ type: 'join', peer })
    } else {
      log('warn', `Peer ${peer} was admitted but no gossip goes through; hanging up to try again`, { peer })
      hangUp(peer)
    }
  }

  /** Resolves once an admitted peer has joined; false if it goes away before. */
  until(peer: string): Promise<boolean> {
    if (this.#joined.has(peer)) return Promise.resolve(true)
    const awaited = this.#awaited.get(peer) ?? deferred<boolean>()
    this.#awaited.set(peer, awaited)
    return awaited.promise
  }

  left(peer: string): void {
    this.#tellAwaiting(peer, false)
    if (this.#joined.delete(peer)) this.#terms.emit({ type: 'leave', peer })
  }

  #tellAwaiting(peer: string, joined: boolean): void {
    this.#awaited.get(peer)?.resolve(joined)
    this.#awaited.delete(peer)
  }

  /** The answer to a peer that asks whether it is heard here. */
  async tell(asker: string): Promise<Result<Uint8Array>> {
    try {
      await this.#terms.hears(asker)
      return accept(new Uint8Array())
    } catch (error) {
      return { ok: false, reason: reasonOf(error) }
    }
  }
}
