import type { PeerEvent } from '../node/peer-event.ts'
import type { Deadlines } from '../round/charter/charter.ts'
import type { RoundReport } from '../swarm/report/chronicle.ts'
import type { SwarmPeerEvent } from './swarm-peer-event.ts'
import { TakeoverLog } from './takeover-log.ts'

type CertifiedRound = Extract<PeerEvent, { type: 'round' }>
type Accusation = Extract<PeerEvent, { type: 'accusation' }>

export interface ChronicleTerms {
  /** The names of peers by their ids. */
  readonly nameOf: (peerId: string) => string
  /** Since the swarm's start. */
  readonly nowMs: () => number
  readonly deadlines: Deadlines
  /** Since when a peer has been killed or stopped; null where it is up. */
  readonly downSince: (name: string) => number | null
  /** Whether peers tell the loss of a round after it is certified. */
  readonly tellsLoss: boolean
  /** A round's line is complete. */
  readonly onRound: (round: RoundReport) => void
  /** Something that a person should know. */
  readonly onNote: (text: string) => void
}

/** Puts what the processes tell together into the swarm's report. */
export class ProcessChronicle {
  readonly lies = new Map<string, number>()
  readonly takeovers: TakeoverLog
  readonly #terms: ChronicleTerms
  readonly #rounds: RoundReport[] = []
  readonly #losses = new Map<number, number>()
  /** The last training loss of each peer, by round: where a real model is trained. */
  readonly #trained = new Map<number, Map<string, number>>()
  /** The last that each process told of what it has sent. */
  readonly #traffic = new Map<object, { readonly bytes: number; readonly messages: number }>()
  #bytesBefore = 0
  #shown = 0

  constructor(terms: ChronicleTerms) {
    this.#terms = terms
    this.takeovers = new TakeoverLog(terms)
  }

  get rounds(): readonly RoundReport[] {
    return this.#rounds
  }

  get bytes(): number {
    return [...this.#traffic.values()].reduce((sum, { bytes }) => sum + bytes, 0)
  }

  get messages(): number {
    return [...this.#traffic.values()].reduce((sum, { messages }) => sum + messages, 0)
  }

  /**
   * @param life the process that tells it: a peer that was started again counts its bytes anew
   * @returns whether it was the first word of a certified round
   */
  hear(from: string, life: object, event: SwarmPeerEvent): boolean {
    this.takeovers.hear(event)
    if (event.type === 'round') return this.#certified(event)
    if (event.type === 'step') this.#stepped(from, event.round, event.loss)
    if (event.type === 'loss') this.#lossKnown(event.round, event.loss)
    if (event.type === 'traffic') this.#traffic.set(life, event)
    if (event.type === 'accusation') this.#accused(from, event)
    return false
  }

  /** Shows the rounds whose loss nobody has told. */
  close(): void {
    this.#show(this.#rounds.length)
  }

  #certified(event: CertifiedRound): boolean {
    if (event.round !== this.#rounds.length + 1) return false
    const { nameOf, nowMs } = this.#terms
    const atMs = nowMs()
    const { bytes } = this
    this.#show(this.#rounds.length)
    this.#rounds.push({
      round: event.round,
      atMs,
      tookMs: atMs - (this.#rounds.at(-1)?.atMs ?? 0),
      aggregator: nameOf(event.aggregator),
      failovers: event.view,
      roster: event.contributors.length + event.excluded.length,
      contributors: event.contributors.length,
      contributorNames: event.contributors.map(nameOf),
      excluded: event.excluded.map(({ peer, reason }) => ({ peer: nameOf(peer), ...parts(reason) })),
      joined: event.joined.map(nameOf),
      left: event.left.map(nameOf),
      // Only federations that pause run with processes: there is one lineage.
      side: null,
      merged: null,
      bytes: bytes - this.#bytesBefore,
      loss: this.#losses.get(event.round) ?? mean(this.#trained.get(event.round)),
    })
    this.#bytesBefore = bytes
    if (!this.#terms.tellsLoss) this.#show(event.round)
    return true
  }

  #stepped(peer: string, round: number, loss: number): void {
    const losses = this.#trained.get(round) ?? new Map<string, number>()
    this.#trained.set(round, losses.set(peer, loss))
  }

  #lossKnown(round: number, loss: number): void {
    if (this.#losses.has(round)) return
    this.#losses.set(round, loss)
    const report = this.#rounds[round - 1]
    if (report === undefined) return
    this.#rounds[round - 1] = { ...report, loss }
    this.#show(round)
  }

  #show(upTo: number): void {
    for (; this.#shown < upTo; this.#shown++) this.#terms.onRound(this.#rounds[this.#shown] as RoundReport)
  }

  #accused(by: string, { peer, round, module, reason, evidence }: Accusation): void {
    const { nameOf, onNote } = this.#terms
    const text = `${nameOf(peer)} is accused: ${reason}`
    this.lies.set(text, (this.lies.get(text) ?? 0) + 1)
    const where = module === null ? '' : ` at ${module}`
    const proof = evidence.length === 0 ? '' : `; evidence: ${evidence.join(', ')}`
    const when = round === null ? '' : `round ${round}: `
    onNote(`${when}${nameOf(peer)} is accused by ${by}${where}: ${reason}${proof}`)
  }
}

/** `late: it was heard too late`: the reason, and its detail. */
function parts(reason: string): { reason: string; detail: string } {
  const at = reason.indexOf(': ')
  return at < 0 ? { reason, detail: '' } : { reason: reason.slice(0, at), detail: reason.slice(at + 2) }
}

function mean(losses: ReadonlyMap<string, number> | undefined): number | null {
  if (losses === undefined) return null
  return [...losses.values()].reduce((sum, loss) => sum + loss, 0) / losses.size
}
