import { type Random, random } from '../base/random.ts'
import type { Charter } from '../round/charter/charter.ts'
import type { Effect } from '../round/effect.ts'
import type { Event } from '../round/event.ts'
import type { Message } from '../round/message/message.ts'
import type { Progress } from '../round/progress/progress.ts'
import type { CertifiedRecord } from '../round/record/certificate.ts'
import { Guard } from './invariants/guard.ts'
import { lieOf } from './lies/lie-of.ts'
import { BodyHolders } from './network/body-holders.ts'
import { VirtualLinks } from './network/virtual-links.ts'
import { Wire } from './network/wire.ts'
import { SimulatedPeer } from './peer/simulated-peer.ts'
import { Chronicle } from './report/chronicle.ts'
import { Ambushes } from './script/ambushes.ts'
import { charterOf, peerName } from './script/charter-of.ts'
import { Dooms } from './script/dooms.ts'
import { strikeRound } from './script/perform.ts'
import type { Script } from './script/script.ts'
import type { Trace } from './trace/trace.ts'
import type { Workload } from './work/peer-work.ts'
import { type Training, trainingOf } from './work/training-of.ts'
import { World } from './world/world.ts'

/** How late a peer notices a change of connections that it does not notice at once. */
const LATE_MS = 3_000

/** Connections that a peer keeps in a large swarm. */
const CONNECTIONS = 64

/** Many peers in one process: virtual time, network and disks, and the onlooker who checks every step of theirs. */
export class Swarm {
  readonly script: Script
  readonly charter: Charter
  readonly world = new World()
  readonly links: VirtualLinks
  readonly wire: Wire
  readonly workload: Workload
  readonly holders = new BodyHolders()
  readonly peers: readonly SimulatedPeer[]
  readonly guard: Guard
  readonly chronicle: Chronicle
  readonly workChance: Random
  readonly fetchChance: Random
  /** Hears what befalls the swarm, in words. */
  onNote: (text: string) => void = () => {}
  readonly #trace: Trace | null
  readonly #gone = new Set<SimulatedPeer>()
  readonly #hints: Random
  readonly #byName: ReadonlyMap<string, SimulatedPeer>
  readonly #dooms: Dooms
  readonly #ambushes: Ambushes

  /** @param training what peers work on; left out, what the script names */
  constructor(script: Script, trace: Trace | null = null, training: Training = trainingOf(script)) {
    this.script = script
    this.#trace = trace
    this.charter = charterOf(script)
    const names = script.peers.map((_, at) => peerName(at))
    this.workChance = this.chance('work')
    this.fetchChance = this.chance('fetch')
    this.#hints = this.chance('hints')
    this.links = new VirtualLinks(this.world, script.network, this.chance('network'))
    this.wire = new Wire(this.charter.maxPeers)
    this.workload = training(this.charter, names, script.peers)
    this.peers = script.peers.map(
      (peer, at) => new SimulatedPeer(this, at, names[at] ?? '', peer, lieOf(peer.lie)),
    )
    this.#byName = new Map(this.peers.map((peer) => [peer.name, peer]))
    this.#dooms = new Dooms(this)
    this.#ambushes = new Ambushes(this)
    this.guard = new Guard(this)
    this.chronicle = new Chronicle(this)
  }

  /** A source of chance of its own for one purpose, drawn from the script's seed. */
  chance(purpose: string): Random {
    return random('swarm', this.script.seed, purpose)
  }

  byName(name: string): SimulatedPeer | undefined {
    return this.#byName.get(name)
  }

  /** A message of a peer to everybody else, or to those it names. */
  broadcast(from: SimulatedPeer, message: Message, names?: readonly string[]): void {
    if (from.honest) this.guard.onSaid(from, message)
    this.#ambushes.onSaid(from, message)
    for (const to of this.named(names)) {
      if (to === from) continue
      if (from.lie?.says === undefined) this.#send(from, to, message)
      else for (const said of from.lie.says(from, to, message)) this.#send(from, to, said)
    }
  }

  /** A message that gets out to every other peer only: its sender is about to die. */
  broadcastToHalf(from: SimulatedPeer, message: Message): void {
    for (const to of this.peers) if (to !== from && (to.at + from.at) % 2 === 1) this.#send(from, to, message)
  }

  /** Exactly this to everybody, liar or not. */
  broadcastAsIs(from: SimulatedPeer, message: Message): void {
    for (const to of this.peers) if (to !== from) this.#send(from, to, message)
  }

  /** The peers of these names; all of them, if none are given. */
  named(names: readonly string[] | undefined): readonly SimulatedPeer[] {
    return names === undefined
      ? this.peers
      : names.map((name) => this.byName(name)).filter((peer) => peer !== undefined)
  }

  #send(from: SimulatedPeer, to: SimulatedPeer, said: Message | Uint8Array): void {
    const { bytes, result } = said instanceof Uint8Array ? this.wire.bytes(said) : this.wire.message(said)
    this.links.send(from.at, to.at, bytes, () => {
      if (!to.alive) return
      if (result.ok && this.#ambushes.swallow(to, result.value)) return
      if (!result.ok) return this.chronicle.refused(to, from, result.reason)
      to.receive({ type: 'message', message: result.value })
      const more = to.lie?.hears?.(to, result.value) ?? []
      for (const message of more) this.broadcastAsIs(to, message)
    })
  }

  /** Whether peers may go on alone: then connections decide who does, and every change of them is noticed in the end. */
  get #continues(): boolean {
    return this.charter.partition === 'continue'
  }

  /** Connections come and go with a peer; the others notice after a while, or not at all. */
  tellConnections(peer: SimulatedPeer, type: 'peer-here' | 'peer-gone'): void {
    for (const other of this.#neighbours(peer)) {
      if (other === peer) continue
      const missed = this.#hints.uniform() < 0.2
      if (missed && !this.#continues) continue
      other.later((missed ? LATE_MS : 20) + 200 * this.#hints.uniform(), () => {
        if (peer.alive !== (type === 'peer-here')) return
        if (this.links.connected(peer.at, other.at)) other.receive({ type, peer: peer.name })
      })
    }
  }

  /** Those who lost or found each other by a change of the network hear of it, sooner or later. */
  tellReach(type: 'peer-here' | 'peer-gone', among?: readonly number[]): void {
    const concerned = among === undefined ? this.peers : this.peers.filter(({ at }) => among.includes(at))
    for (const one of concerned)
      for (const other of among === undefined ? this.#neighbours(one) : concerned) {
        if (one === other || this.links.connected(one.at, other.at) !== (type === 'peer-here')) continue
        const missed = this.#hints.uniform() < 0.3
        if (missed && !this.#continues) continue
        one.later((missed ? LATE_MS : 50) + 3_000 * this.#hints.uniform(), () => {
          if (this.links.connected(one.at, other.at) !== (type === 'peer-here') || !other.alive) return
          one.receive({ type, peer: other.name })
        })
      }
  }

  /** A connection needs both ways: where one is cut, both ends lose each other. */
  tellCut(type: 'peer-here' | 'peer-gone', { from, to }: { from: number; to: number }): void {
    if (this.#continues) this.tellReach(type, [from, to])
  }

  /** A peer that starts notices after a while whom it has no connection to. */
  tellAbsences(peer: SimulatedPeer): void {
    if (!this.#continues) return
    for (const other of this.peers) {
      if (other === peer || this.#isThere(peer, other)) continue
      peer.later(200 + 200 * this.#hints.uniform(), () => {
        if (!this.#isThere(peer, other)) peer.receive({ type: 'peer-gone', peer: other.name })
      })
    }
  }

  #isThere(peer: SimulatedPeer, other: SimulatedPeer): boolean {
    return other.alive && this.links.connected(peer.at, other.at)
  }

  /** Whom a peer has a connection to: nobody keeps one to each of a thousand others, unless all must know who is there. */
  #neighbours({ at }: SimulatedPeer): readonly SimulatedPeer[] {
    const size = this.peers.length
    if (size <= CONNECTIONS || this.#continues) return this.peers
    return Array.from(
      { length: CONNECTIONS },
      (_, more) => this.peers[(at + size - CONNECTIONS / 2 + more) % size] as SimulatedPeer,
    )
  }

  diesAt(peer: SimulatedPeer, effect: Effect): boolean {
    const forMs = this.#dooms.at(peer, effect)
    if (forMs === undefined) return false
    if (forMs === null) this.goneForGood(peer)
    else this.world.after(forMs, () => peer.boot())
    return true
  }

  /** The script never lets this peer come back. */
  goneForGood(peer: SimulatedPeer): void {
    this.#gone.add(peer)
  }

  isGoneForGood(peer: SimulatedPeer): boolean {
    return this.#gone.has(peer)
  }

  noteStart(peer: SimulatedPeer): void {
    this.note(peer, () => `starts with ${peer.disk.records.length} records`)
    if (peer.isBack) this.onNote(`${peer.name} is back with ${peer.disk.records.length} records`)
    this.guard.onStart(peer)
  }

  noteCrash(peer: SimulatedPeer): void {
    this.note(peer, () => 'crashes')
    this.onNote(`${peer.name} crashes`)
  }

  noteEvent(peer: SimulatedPeer, event: Event): void {
    this.#trace?.event(this.world.nowMs, peer, event)
  }

  noteEffect(peer: SimulatedPeer, effect: Effect): void {
    this.#trace?.effect(this.world.nowMs, peer, effect)
  }

  note(peer: SimulatedPeer | null, text: () => string): void {
    this.#trace?.note(this.world.nowMs, peer?.name ?? '', text())
  }

  /** A record that is durable at a peer. */
  noteKept(peer: SimulatedPeer, certified: CertifiedRecord): void {
    if (!peer.honest) return
    this.guard.onKept(peer, certified)
    const { told } = this.chronicle
    const before = told.length
    this.chronicle.kept(peer, certified)
    if (told.length > before) strikeRound(this, certified.record.round + 1)
    this.#ambushes.onKept(peer, certified.record.round)
  }

  noteProgress(peer: SimulatedPeer, progress: Progress): void {
    this.guard.onProgress(peer, progress)
    this.chronicle.progress(peer, progress)
  }

  noteAccusation(peer: SimulatedPeer, accused: string, reason: string): void {
    this.guard.onAccused(peer, accused, reason)
    this.chronicle.accused(accused, reason)
    this.onNote(`${accused} is accused by ${peer.name}: ${reason}`)
  }

  afterStep(peer: SimulatedPeer): void {
    this.guard.onStep(peer)
  }
}
