import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import type { Log } from '../../base/log.ts'
import { type Deferred, deferred } from '../deferred.ts'
import { deadline, type Frames, frames, reasonOf } from '../frames.ts'
import type { Admission } from '../handshake/admission.ts'
import {
  HANDSHAKE_PROTOCOL,
  HANDSHAKE_STREAMS,
  MAX_ADDRESSES,
  MAX_HANDSHAKE_FRAME_BYTES,
} from '../handshake/constants.ts'
import { type HandshakeOutcome, shakeHands } from '../handshake/handshake.ts'
import type { HandshakeRefusal } from '../network-errors.ts'

export interface DeskTerms {
  readonly federation: string
  readonly admission: Admission
  readonly handshakeTimeoutMs: number
  readonly log: Log
  readonly onRefused: (refusal: HandshakeRefusal) => void
  /** Told once per peer, with the addresses it says it can be dialled at. */
  readonly onAdmitted: (peer: string, addresses: readonly string[]) => void
  readonly onLeft: (peer: string) => void
}

const MAX_REMEMBERED = 256
const GONE: HandshakeOutcome = { admitted: false, by: 'them', reason: 'it went away' }

/**
 * Shakes hands over every new connection and knows who is admitted. A connection alone means nothing: until both
 * sides have said yes, no other protocol answers the peer, and one that was refused or stays silent is hung up on.
 */
export class AdmissionDesk {
  readonly #libp2p: Libp2p
  readonly #terms: DeskTerms
  readonly #admitted = new Set<string>()
  /** Why peers were refused lately, for those who ask after the connection is gone. */
  readonly #refused = new Map<string, HandshakeOutcome>()
  /** Connections whose handshake is under way; it says how it ended even if the connection is gone by then. */
  readonly #shaking = new Set<Connection>()
  readonly #pending = new Map<string, Deferred<HandshakeOutcome>>()

  constructor(libp2p: Libp2p, terms: DeskTerms) {
    this.#libp2p = libp2p
    this.#terms = terms
  }

  async open(): Promise<void> {
    const shake = (stream: Stream, connection: Connection) => this.#shake(stream, connection)
    await this.#libp2p.handle(HANDSHAKE_PROTOCOL, shake, HANDSHAKE_STREAMS)
    this.#libp2p.addEventListener('connection:open', ({ detail }) => void this.#greet(detail))
    this.#libp2p.addEventListener('peer:disconnect', ({ detail }) => this.#left(detail.toString()))
    for (const connection of this.#libp2p.getConnections()) void this.#greet(connection)
  }

  peers(): readonly string[] {
    return [...this.#admitted]
  }

  has(peer: string): boolean {
    return this.#admitted.has(peer)
  }

  /** Ends all connections to a peer; one that is kept alive is dialled again. */
  hangUp(peer: string): void {
    for (const connection of this.#libp2p.getConnections()) {
      if (connection.remotePeer.toString() === peer) connection.abort(new Error('hung up'))
    }
  }

  /** How the handshake with a connected peer ends; at once for one that is admitted already. */
  outcome(peer: string): Promise<HandshakeOutcome> {
    if (this.#admitted.has(peer)) return Promise.resolve({ admitted: true, addresses: [] })
    return this.#wait(peer).promise
  }

  async admitted(peer: string): Promise<boolean> {
    return (await this.outcome(peer)).admitted
  }

  #wait(peer: string): Deferred<HandshakeOutcome> {
    const found = this.#pending.get(peer)
    if (found) return found
    const made = deferred<HandshakeOutcome>()
    this.#pending.set(peer, made)
    const giveUp = () => this.#answer(peer, GONE)
    deadline(this.#terms.handshakeTimeoutMs).addEventListener('abort', giveUp, { once: true })
    if (this.#libp2p.getConnections().every(({ remotePeer }) => remotePeer.toString() !== peer))
      this.#left(peer)
    return made
  }

  /** The side that dialled speaks first; the other waits for it, but not for ever. */
  async #greet(connection: Connection): Promise<void> {
    const signal = deadline(this.#terms.handshakeTimeoutMs)
    if (connection.direction === 'inbound') {
      signal.addEventListener('abort', () => this.#expire(connection), { once: true })
      return
    }
    try {
      const stream = await connection.newStream(HANDSHAKE_PROTOCOL, { signal })
      await this.#shake(stream, connection)
    } catch (error) {
      this.#fail(connection, 'them', error)
    }
  }

  #expire(connection: Connection): void {
    if (connection.status !== 'open' || this.#admitted.has(connection.remotePeer.toString())) return
    this.#settle(connection, { admitted: false, by: 'us', reason: 'it did not shake hands in time' })
  }

  async #shake(stream: Stream, connection: Connection): Promise<void> {
    const { federation, admission, handshakeTimeoutMs } = this.#terms
    const peer = connection.remotePeer.toString()
    const signal = deadline(handshakeTimeoutMs)
    const wire = frames(stream, { maxFrameBytes: MAX_HANDSHAKE_FRAME_BYTES, maxUnread: 3 })
    const self = this.#libp2p.peerId.toString()
    const addresses = this.#libp2p.getMultiaddrs().slice(0, MAX_ADDRESSES).map(String)
    this.#shaking.add(connection)
    try {
      const outcome = await shakeHands(wire, peer, { self, federation, admission, addresses }, signal)
      await wire.finish(signal)
      if (!outcome.admitted) await untilEnd(wire, signal)
      this.#settle(connection, outcome)
    } catch (error) {
      wire.abort('the handshake failed')
      this.#fail(connection, 'us', error)
    } finally {
      this.#shaking.delete(connection)
    }
  }

  #fail(connection: Connection, by: 'us' | 'them', error: unknown): void {
    if (connection.status !== 'open') this.#answer(connection.remotePeer.toString(), GONE)
    else this.#settle(connection, { admitted: false, by, reason: `no handshake: ${reasonOf(error)}` })
  }

  #settle(connection: Connection, outcome: HandshakeOutcome): void {
    const peer = connection.remotePeer.toString()
    if (this.#admitted.has(peer)) return
    const gone = outcome.admitted && connection.status !== 'open'
    this.#answer(peer, gone ? GONE : outcome)
    if (!outcome.admitted) this.#refuse(connection, outcome)
    else if (!gone) this.#admit(peer, outcome.addresses)
  }

  #refuse(connection: Connection, outcome: HandshakeOutcome & { admitted: false }): void {
    const peer = connection.remotePeer.toString()
    const { by, reason } = outcome
    if (this.#refused.size >= MAX_REMEMBERED) this.#refused.clear()
    this.#refused.set(peer, outcome)
    this.#terms.log('warn', `Peer ${peer} was refused by ${by}: ${reason}`, { peer, by, reason })
    this.#terms.onRefused({ peer, by, reason })
    connection.close().catch((error: Error) => connection.abort(error))
  }

  #admit(peer: string, addresses: readonly string[]): void {
    this.#admitted.add(peer)
    this.#refused.delete(peer)
    this.#terms.onAdmitted(peer, addresses)
  }

  #left(peer: string): void {
    const shaking = [...this.#shaking].some(({ remotePeer }) => remotePeer.toString() === peer)
    if (!shaking) this.#answer(peer, this.#refused.get(peer) ?? GONE)
    if (this.#admitted.delete(peer)) this.#terms.onLeft(peer)
  }

  /** Tells those who wait for this handshake how it ended. */
  #answer(peer: string, outcome: HandshakeOutcome): void {
    this.#pending.get(peer)?.resolve(outcome)
    this.#pending.delete(peer)
  }
}

/** Waits until the other side has ended too, so that it has heard the verdict before it is hung up on. */
async function untilEnd(wire: Frames, signal: AbortSignal): Promise<void> {
  await wire.read(signal).catch(() => {})
}
