import { deepEqual, equal, fail } from 'node:assert/strict'
import { type Random, random } from '../../../src/base/random.ts'
import type { Charter } from '../../../src/round/charter/charter.ts'
import { type CharterInput, makeCharter } from '../../../src/round/charter/charter-defaults.ts'
import type { Effect } from '../../../src/round/effect.ts'
import type { Message } from '../../../src/round/message/message.ts'
import { SimulatedPeer } from './simulated-peer.ts'

/** How the simulated network treats a message. */
export interface NetworkProfile {
  readonly minLatencyMs: number
  readonly maxLatencyMs: number
  readonly loss: number
  readonly duplication: number
}

export const QUIET_NETWORK: NetworkProfile = { minLatencyMs: 2, maxLatencyMs: 20, loss: 0, duplication: 0 }

interface Due {
  readonly atMs: number
  readonly order: number
  readonly run: () => void
}

export interface SimulationOptions {
  readonly seed: number
  readonly peers: number
  readonly charter?: Partial<CharterInput>
  readonly network?: NetworkProfile
  /** Peers beyond the founders, which ask to join. */
  readonly strangers?: number
  readonly trainMs?: (peer: number, chance: Random) => number
  /** Whether the network tells peers at once of connections that end. */
  readonly hints?: boolean
  /** Called before a peer carries out an effect; answers whether it dies instead. */
  readonly dies?: (peer: SimulatedPeer, effect: Effect) => boolean
}

/** Peers of the round machine in virtual time: the same seed gives the same run. */
export class Simulation {
  readonly charter: Charter
  readonly peers: readonly SimulatedPeer[]
  readonly chance: Random
  readonly options: SimulationOptions
  readonly network: NetworkProfile
  /** Everything that was sent, to look for double votes. */
  readonly votes = new Map<string, string>()
  nowMs = 0
  /** Which side of a partition each peer is on. */
  side: (peer: string) => number = () => 0
  private queue: Due[] = []
  private order = 0

  constructor(options: SimulationOptions) {
    this.options = options
    this.chance = random('simulation', options.seed)
    this.network = options.network ?? QUIET_NETWORK
    const names = Array.from(
      { length: options.peers + (options.strangers ?? 0) },
      (_, at) => `peer${at + 10}`,
    )
    this.charter = makeCharter({
      name: 'simulated',
      seed: String(options.seed),
      model: { fingerprint: 'none' },
      founders: names.slice(0, options.peers),
      rounds: 6,
      deadlines: {
        minimumMs: 200,
        initialMs: 4_000,
        hardMs: 20_000,
        viewMs: 1_000,
        voteMs: 200,
        viewGrowthMs: 300,
        resendMs: 300,
      },
      ...options.charter,
    })
    this.peers = names.map((name, at) => new SimulatedPeer(this, name, at))
  }

  /** Runs `action` after a delay of virtual time. */
  after(delayMs: number, run: () => void): void {
    this.push({ atMs: this.nowMs + delayMs, order: this.order++, run })
  }

  start(): this {
    for (const peer of this.peers) peer.boot()
    return this
  }

  /** Runs until `done`, or fails once this much virtual time has passed. */
  runUntil(done: () => boolean, limitMs: number): void {
    while (!done()) {
      const due = this.pop()
      if (due === undefined || due.atMs > limitMs)
        fail(`seed ${this.options.seed}: no progress. ${this.describe()}`)
      this.nowMs = due.atMs
      due.run()
    }
  }

  /** Runs everything that is due before a time. */
  runTo(limitMs: number): void {
    while (this.queue[0] !== undefined && this.queue[0].atMs <= limitMs) {
      const due = this.pop() as Due
      this.nowMs = due.atMs
      due.run()
    }
    this.nowMs = limitMs
  }

  /** Parts the network, or makes it whole, and tells everybody whose connections end or begin. */
  part(side: (peer: string) => number): void {
    const before = this.side
    this.side = side
    for (const one of this.alive)
      for (const other of this.alive) {
        const was = before(one.name) === before(other.name)
        const is = this.connected(one.name, other.name)
        if (was && !is) one.receive({ type: 'peer-gone', peer: other.name })
        if (!was && is) one.receive({ type: 'peer-here', peer: other.name })
      }
  }

  latencyMs(): number {
    const { minLatencyMs, maxLatencyMs } = this.network
    return minLatencyMs + this.chance.uniform() * (maxLatencyMs - minLatencyMs)
  }

  connected(one: string, other: string): boolean {
    return this.side(one) === this.side(other)
  }

  broadcast(from: SimulatedPeer, message: Message): void {
    this.noteVote(message)
    for (const peer of this.peers) {
      if (peer === from || !this.connected(from.name, peer.name)) continue
      const copies = this.chance.uniform() < this.network.duplication ? 2 : 1
      for (let copy = 0; copy < copies; copy++) {
        if (this.chance.uniform() < this.network.loss) continue
        this.after(this.latencyMs(), () => peer.receive({ type: 'message', message }))
      }
    }
  }

  /** Every vote that is ever signed or sent passes here: one for each peer, round, view and step. */
  noteVote(message: Message): void {
    if (message.kind !== 'vote') return
    const { round, view, step, value, previous = '' } = message.body
    const key = `${message.peer}/${round}/${view}/${step}/${previous}`
    const before = this.votes.get(key)
    if (before !== undefined) equal(value ?? 'nil', before, `seed ${this.options.seed}: ${key} voted twice`)
    this.votes.set(key, value ?? 'nil')
  }

  get alive(): readonly SimulatedPeer[] {
    return this.peers.filter((peer) => peer.alive)
  }

  /** No two peers hold different records of a round, and nobody's chain has a gap. */
  checkAgreement(): void {
    const chains = this.peers.map((peer) => peer.disk.records.map(({ certificate }) => certificate.record))
    const longest = chains.reduce((most, chain) => (chain.length > most.length ? chain : most), [])
    for (const chain of chains)
      deepEqual(chain, longest.slice(0, chain.length), `seed ${this.options.seed}: two lineages`)
  }

  describe(): string {
    return this.peers.map((peer) => peer.describe()).join('; ')
  }

  private push(due: Due): void {
    let at = this.queue.length
    this.queue.push(due)
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = this.queue[parent] as Due
      if (isBefore(above, due)) break
      this.queue[at] = above
      at = parent
    }
    this.queue[at] = due
  }

  private pop(): Due | undefined {
    const [first] = this.queue
    const last = this.queue.pop()
    if (last === undefined || this.queue.length === 0) return first
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      if (left >= this.queue.length) break
      const right = left + 1
      const smaller =
        right < this.queue.length && isBefore(this.queue[right] as Due, this.queue[left] as Due)
          ? right
          : left
      if (isBefore(last, this.queue[smaller] as Due)) break
      this.queue[at] = this.queue[smaller] as Due
      at = smaller
    }
    this.queue[at] = last
    return first
  }
}

const isBefore = (one: Due, other: Due) =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order)
