import type { Message } from '../../round/message/message.ts'
import type { SimulatedPeer } from '../peer/simulated-peer.ts'
import type { Swarm } from '../swarm.ts'
import type { Happening } from './script.ts'

type Ambush = Extract<Happening, { type: 'ambush' }>
type Ballot = Extract<Message, { kind: 'vote' | 'proposal' }>

/** How soon after its precommit a voter is struck, at most. */
const STRIKE_MS = 40

/** What an ambush does to the one view that it waits for. */
export class Ambushes {
  readonly #swarm: Swarm
  readonly #all: readonly Ambush[]
  /** Ambushes whose decider was struck. */
  readonly #struck = new Set<Ambush>()

  constructor(swarm: Swarm) {
    this.#swarm = swarm
    this.#all = swarm.script.happenings.filter((happening) => happening.type === 'ambush')
  }

  /** Whether a message is lost, however often and by whomever it is said. */
  swallow(to: SimulatedPeer, message: Message): boolean {
    if (message.kind !== 'vote' && message.kind !== 'proposal') return false
    const ambush = this.#of(message)
    return ambush !== undefined && this.#isSwallowed(ambush, to, message)
  }

  /** A peer says something; a voter that has locked may be struck right after. */
  onSaid(peer: SimulatedPeer, message: Message): void {
    if (message.kind !== 'vote' || message.body.step !== 'precommit' || message.body.value === null) return
    const ambush = message.peer === peer.name ? this.#of(message) : undefined
    if (ambush === undefined || this.#lot(ambush, peer.at, peer.at) >= ambush.lockedDie) return
    peer.later(STRIKE_MS * this.#lot(ambush, peer.at, 0), () => this.#strike(peer, ambush.forMs / 8))
  }

  /** A record is durable at a peer; the first that has it is struck before it can tell. */
  onKept(peer: SimulatedPeer, round: number): void {
    const ambush = this.#all.find((one) => one.round === round && !this.#struck.has(one))
    if (ambush === undefined || !this.#lasts) return
    this.#struck.add(ambush)
    this.#strike(peer, ambush.forMs)
  }

  get #lasts(): boolean {
    return this.#swarm.world.nowMs < this.#swarm.script.calmAtMs
  }

  #strike(peer: SimulatedPeer, forMs: number): void {
    if (!peer.alive) return
    peer.crash()
    this.#swarm.world.after(forMs, () => peer.boot())
  }

  #of({ body }: Ballot): Ambush | undefined {
    if (this.#all.length === 0 || !this.#lasts) return undefined
    return this.#all.find(({ round, view }) => round === body.round && view === body.view)
  }

  /**
   * The next aggregator misses the proposal, so that it knows no valid value, and hears all votes, so that it goes on
   * to its own view with the others. One that lies hears it: its prevote helps others to lock what it will deny. Of the
   * precommits everybody else but one peer misses some.
   */
  #isSwallowed(ambush: Ambush, to: SimulatedPeer, message: Ballot): boolean {
    const isNext = isProposerAfter(to, ambush.view)
    if (message.kind === 'proposal') return isNext && to.honest
    if (message.body.step === 'prevote' || isNext || to.at === ambush.hearer) return false
    const from = this.#swarm.byName(message.peer)?.at ?? 0
    return this.#lot(ambush, to.at, from) < ambush.share
  }

  /** A number in [0, 1) that two peers have in an ambush, the same each time. */
  #lot({ round, view }: Ambush, one: number, other: number): number {
    let hash = 0x811c9dc5
    for (const part of [this.#swarm.script.seed, round, view, one, other])
      hash = Math.imul((hash ^ part) + 0x9e3779b9, 0x01000193) ^ (hash >>> 15)
    return (Math.imul(hash ^ (hash >>> 13), 0x5bd1e995) >>> 0) / 2 ** 32
  }
}

const isProposerAfter = ({ name, state }: SimulatedPeer, view: number): boolean => {
  const order = state?.height.order ?? []
  return order.length > 0 && order[(view + 1) % order.length] === name
}
