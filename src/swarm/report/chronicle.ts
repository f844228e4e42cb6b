import type { Progress } from '../../round/progress/progress.ts'
import type { CertifiedRecord } from '../../round/record/certificate.ts'
import type { SimulatedPeer } from '../peer/simulated-peer.ts'
import type { Swarm } from '../swarm.ts'

/** One certified round, as the swarm's report tells it. */
export interface RoundReport {
  readonly round: number
  /** Virtual time at which the first peer had it on disk. */
  readonly atMs: number
  /** Since the round before. */
  readonly tookMs: number
  readonly aggregator: string
  /** Aggregators that were passed over. */
  readonly failovers: number
  readonly roster: number
  readonly contributors: number
  readonly contributorNames: readonly string[]
  readonly excluded: readonly { readonly peer: string; readonly reason: string; readonly detail: string }[]
  readonly joined: readonly string[]
  readonly left: readonly string[]
  /** Bytes that the whole swarm sent since the round before. */
  readonly bytes: number
  /** How far the global factors are from what should be learned; null where nothing is. */
  readonly loss: number | null
}

/** Writes down what happens in a swarm, for its report. */
export class Chronicle {
  readonly rounds: RoundReport[] = []
  readonly lies = new Map<string, number>()
  readonly #swarm: Swarm
  #bytes = 0
  #atMs = 0

  constructor(swarm: Swarm) {
    this.#swarm = swarm
  }

  kept(_peer: SimulatedPeer, { record, certificate }: CertifiedRecord): void {
    if (record.round !== this.rounds.length + 1) return
    const { nowMs } = this.#swarm.world
    const { bytes } = this.#swarm.links
    this.rounds.push({
      round: record.round,
      atMs: nowMs,
      tookMs: nowMs - this.#atMs,
      aggregator: record.aggregator,
      failovers: certificate.view,
      roster: record.contributions.length + record.exclusions.length,
      contributors: record.contributions.length,
      contributorNames: record.contributions.map(({ peer }) => peer),
      excluded: record.exclusions.map(({ peer, reason, detail }) => ({ peer, reason, detail })),
      joined: record.joined.map(({ peer }) => peer),
      left: record.left.map(({ peer }) => peer),
      bytes: bytes - this.#bytes,
      loss: this.#swarm.workload.loss(record.global),
    })
    this.#bytes = bytes
    this.#atMs = nowMs
  }

  progress(_peer: SimulatedPeer, progress: Progress): void {
    if (progress.type === 'refused') this.#lie(`${progress.peer}: ${progress.what}: ${progress.reason}`)
  }

  accused(peer: string, reason: string): void {
    this.#lie(`${peer} is accused: ${reason}`)
  }

  /** Bytes that never reached the machine. */
  refused(_to: SimulatedPeer, from: SimulatedPeer, reason: string): void {
    this.#lie(`${from.name}: bytes: ${reason}`)
  }

  #lie(text: string): void {
    if (this.lies.size < 10_000 || this.lies.has(text)) this.lies.set(text, (this.lies.get(text) ?? 0) + 1)
  }
}
