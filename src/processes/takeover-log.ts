import type { Deadlines } from '../round/charter/charter.ts'
import type { SwarmPeerEvent } from './swarm-peer-event.ts'

/** An aggregator that was passed over. */
export interface Takeover {
  readonly round: number
  /** The view that it should have led. */
  readonly view: number
  readonly from: string
  readonly to: string
  readonly atMs: number
  /** Whether it had been killed or stopped; otherwise it was slow, or lied. */
  readonly down: boolean
  /** From when its turn had come, or from its death if that came later, until the next one took over. */
  readonly costMs: number
  /** How long its view waits for a proposal. */
  readonly deadlineMs: number
}

export interface TakeoverTerms {
  readonly nameOf: (peerId: string) => string
  readonly nowMs: () => number
  readonly deadlines: Deadlines
  readonly downSince: (name: string) => number | null
}

/** What each loss of an aggregator cost, by the first peer that tells of it. */
export class TakeoverLog {
  readonly #terms: TakeoverTerms
  readonly #takeovers: Takeover[] = []
  /** When each view began, by round and view: the first one with the end of the collection. */
  readonly #began = new Map<string, number>()

  constructor(terms: TakeoverTerms) {
    this.#terms = terms
  }

  get all(): readonly Takeover[] {
    return this.#takeovers
  }

  hear(event: SwarmPeerEvent): void {
    if (event.type === 'phase' && (event.phase === 'aggregating' || event.phase === 'voting'))
      this.#begin(event.round, 0)
    if (event.type !== 'takeover' || this.#began.has(key(event.round, event.view))) return
    const { nameOf, nowMs, deadlines, downSince } = this.#terms
    const { viewMs, viewGrowthMs } = deadlines
    const atMs = nowMs()
    const view = event.view - 1
    const from = nameOf(event.from)
    const since = downSince(from)
    const beganMs = this.#began.get(key(event.round, view)) ?? atMs
    this.#begin(event.round, event.view)
    this.#takeovers.push({
      round: event.round,
      view,
      from,
      to: nameOf(event.to),
      atMs,
      down: since !== null,
      costMs: Math.round(atMs - Math.max(beganMs, since ?? 0)),
      deadlineMs: viewMs + view * viewGrowthMs,
    })
  }

  #begin(round: number, view: number): void {
    const name = key(round, view)
    if (!this.#began.has(name)) this.#began.set(name, this.#terms.nowMs())
  }
}

const key = (round: number, view: number): string => `${round}/${view}`
