import { cidOfValue } from '../../../src/base/content-id.ts'
import { alphaOf } from '../../../src/round/charter/alpha-of.ts'
import type { Effect, Timer } from '../../../src/round/effect.ts'
import type { Event } from '../../../src/round/event.ts'
import type { Draft } from '../../../src/round/message/message.ts'
import { seal } from '../../../src/round/message/seal.ts'
import type { Progress } from '../../../src/round/progress/progress.ts'
import type { CertifiedRecord } from '../../../src/round/record/certificate.ts'
import type { GlobalFactors, MergedHead } from '../../../src/round/record/record.ts'
import { type Kept, resumeMachine } from '../../../src/round/resume-machine.ts'
import type { RoundState } from '../../../src/round/state.ts'
import { step } from '../../../src/round/step.ts'
import type { Step } from '../../../src/round/transition.ts'
import type { Simulation } from './simulation.ts'

const cids = new Map<string, string>()

/** A CID for a text; the same for the same text. */
export function fakeCid(text: string): string {
  const known = cids.get(text) ?? cidOfValue(text)
  cids.set(text, known)
  return known
}

/** What an honest aggregation of these bodies comes to. */
export function fakeGlobal(bodies: readonly string[]): GlobalFactors {
  const text = [...bodies].sort().join('+')
  return { body: fakeCid(`mean of ${text}`), size: 100, modules: fakeCid(`modules of ${text}`) }
}

/** What an aggregate is made of: contributions, and perhaps another lineage's head. */
const bodiesOf = (
  contributions: readonly { readonly body: { readonly body: string } }[],
  merged: MergedHead | null,
) => [...contributions.map(({ body }) => body.body), ...(merged === null ? [] : [merged.global.body])]

/** Carries out the machine's effects in virtual time. What is on `disk` outlives a crash. */
export class SimulatedPeer {
  readonly name: string
  readonly at: number
  readonly world: Simulation
  readonly disk: { records: CertifiedRecord[]; own: Kept[] } = { records: [], own: [] }
  readonly progress: Progress[] = []
  readonly accused: string[] = []
  /** Whether it proposes aggregates that are not those of its contributions. */
  lies = false
  alive = false
  finished = false
  released = false
  effectsDone = 0
  state: RoundState | null = null
  private life = 0
  private timers = new Map<string, number>()

  constructor(world: Simulation, name: string, at: number) {
    this.world = world
    this.name = name
    this.at = at
  }

  boot(): void {
    this.alive = true
    this.finished = false
    this.released = false
    this.life++
    this.timers.clear()
    const { records, own } = this.disk
    const options = { charter: this.world.charter, self: this.name, nowMs: this.world.nowMs }
    this.carryOut(resumeMachine({ ...options, newest: records.at(-1) ?? null, history: records, own }))
    if (this.world.options.hints === true) this.connect()
  }

  crash(): void {
    if (!this.alive) return
    this.alive = false
    this.state = null
    this.life++
    if (this.world.options.hints === true)
      for (const peer of this.world.alive) peer.receive({ type: 'peer-gone', peer: this.name })
  }

  /** Who is reachable hears that this peer is back; who is not is gone for this peer. */
  private connect(): void {
    for (const other of this.world.peers) {
      if (other === this) continue
      const reachable = other.alive && this.world.connected(this.name, other.name)
      if (reachable) other.receive({ type: 'peer-here', peer: this.name })
      else this.receive({ type: 'peer-gone', peer: other.name })
    }
  }

  receive(event: Event): void {
    if (!this.alive || this.state === null) return
    this.carryOut(step(this.state, event, this.world.nowMs))
  }

  describe(): string {
    const { state } = this
    if (state === null) return `${this.name} dead`
    const { round, agreement, collection } = state
    return `${this.name} round ${round} view ${agreement.view} ${agreement.step} ${collection.count}/${collection.heard.size} ${collection.ended ?? ''} ${state.finished ?? ''} adopted ${state.local.adopted}`
  }

  private carryOut({ state, effects }: Step): void {
    this.state = state
    for (const effect of effects) {
      if (!this.alive) return
      if (this.world.options.dies?.(this, effect) === true) this.crash()
      if (!this.alive) return
      this.effectsDone++
      this.perform(effect)
    }
  }

  private later(delayMs: number, event: Event): void {
    const { life } = this
    this.world.after(delayMs, () => {
      if (life === this.life) this.receive(event)
    })
  }

  private perform(effect: Effect): void {
    if (effect.type === 'train') this.train(effect.round, effect.previous)
    else if (effect.type === 'sign') this.sign(effect.draft, effect.proof)
    else if (effect.type === 'broadcast') this.world.broadcast(this, effect.message)
    else if (effect.type === 'timer') this.setTimer(effect.timer, effect.atMs)
    else if (effect.type === 'aggregate') this.aggregate(effect)
    else if (effect.type === 'verify') this.verify(effect)
    else if (effect.type === 'keep') this.keep(effect.certified, effect.replaces === true)
    else if (effect.type === 'adopt') this.later(5, { type: 'adopted', round: effect.round })
    else if (effect.type === 'fetch-records') this.fetch(effect.from, effect.peers)
    else if (effect.type === 'progress') this.progress.push(effect.progress)
    else if (effect.type === 'finished') this.finished = true
    else if (effect.type === 'released') this.released = true
    else if (effect.type === 'accuse') this.accused.push(effect.peer)
  }

  private train(round: number, previous: string): void {
    const { chance, charter, options } = this.world
    const rank = charter.ranks[this.at % charter.ranks.length] ?? 4
    const body = fakeCid(`${this.name} round ${round} from ${previous}`)
    const alpha = alphaOf(charter.adapter.alpha, rank)
    const contribution = { rank, alpha, samples: 10 + this.at, body, size: 10, modules: body }
    const delayMs = options.trainMs?.(this.at, chance) ?? 300 + chance.uniform() * 400
    this.later(delayMs, { type: 'trained', round, contribution })
  }

  private setTimer(timer: Timer, atMs: number): void {
    const id = (this.timers.get(timer.name) ?? 0) + 1
    this.timers.set(timer.name, id)
    const { life } = this
    this.world.after(Math.max(0, atMs - this.world.nowMs), () => {
      if (life === this.life && this.timers.get(timer.name) === id) this.receive({ type: 'timer', timer })
    })
  }

  private aggregate({
    round,
    view,
    attempt,
    contributions,
    merged,
  }: Extract<Effect, { type: 'aggregate' }>): void {
    const bodies = bodiesOf(contributions, merged ?? null)
    const global = this.lies ? fakeGlobal([...bodies, 'a lie']) : fakeGlobal(bodies)
    const result = { global, clipped: [], excluded: [], energyKept: { '4': 0.5 } }
    this.later(20 + this.world.chance.uniform() * 50, { type: 'aggregated', round, view, attempt, result })
  }

  private verify({ round, value, module, record }: Extract<Effect, { type: 'verify' }>): void {
    const right = fakeGlobal(bodiesOf(record.contributions, record.merged))
    const refusal = right.body === record.global.body ? null : { reason: 'wrong aggregate', module: null }
    const delayMs = 5 + this.world.chance.uniform() * 20
    this.later(delayMs, { type: 'verified', round, value, module, refusal })
  }

  private keep(certified: CertifiedRecord, replaces: boolean): void {
    const { round } = certified.record
    if (replaces) this.disk.records = this.disk.records.filter(({ record }) => record.round < round)
    this.disk.records.push(certified)
    this.disk.own = this.disk.own.filter(({ message }) => message.body.round > certified.record.round)
  }

  private sign(draft: Draft, proof: Kept['proof']): void {
    const signature = Uint8Array.from([this.at, this.life, ...numberBytes(this.effectsDone)])
    const message = seal(draft, this.name, signature)
    const { life } = this
    this.world.after(1, () => {
      if (life !== this.life) return
      this.world.noteVote(message)
      if (draft.kind === 'vote' || draft.kind === 'proposal' || draft.kind === 'announcement')
        this.disk.own.push({ message, proof })
      this.receive({ type: 'signed', message })
    })
  }

  private fetch(from: number, peers: readonly string[]): void {
    const others = this.world.alive.filter(
      (peer) => peer !== this && this.world.connected(peer.name, this.name),
    )
    const asked = others.filter(({ name }) => peers.includes(name))
    const [server] = asked.length > 0 ? asked : others
    const records = server?.disk.records.filter(({ record }) => record.round >= from)
    if (server === undefined || records === undefined)
      this.later(50, { type: 'fetch-failed', reason: 'nobody is there' })
    else this.later(2 * this.world.latencyMs(), { type: 'records-fetched', peer: server.name, records })
  }
}

const numberBytes = (value: number) => [value & 255, (value >> 8) & 255, (value >> 16) & 255]
