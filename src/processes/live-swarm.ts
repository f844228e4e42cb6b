import { systemClock } from '../api/system-clock.ts'
import type { RoundReport } from '../swarm/report/chronicle.ts'
import type { SwarmGlance } from '../swarm/report/swarm-glance.ts'
import type { Script } from '../swarm/script/script.ts'
import { glanceAtProcess, type PhaseEvent } from './glance-at-process.ts'
import { planHappenings, planStrikes } from './happenings.ts'
import type { PreparedSwarm } from './prepare-swarm.ts'
import { ProcessChronicle } from './process-chronicle.ts'
import type { Moment, SwarmPeerEvent } from './swarm-peer-event.ts'
import { SwarmProcess } from './swarm-process.ts'

export interface LiveSwarmWatcher {
  readonly onRound: (round: RoundReport) => void
  readonly onNote: (text: string) => void
}

/** What was done to a process. */
export interface Struck {
  readonly peer: string
  readonly signal: 'SIGKILL' | 'SIGSTOP'
  readonly atMs: number
  /** Null: for good. */
  readonly forMs: number | null
  /** The round whose record nobody had yet. */
  readonly round: number
}

/** A scripted swarm whose peers are processes of this machine, and the onlooker who hears all of them. */
export class LiveSwarm {
  readonly script: Script
  readonly rounds: number
  readonly processes: readonly SwarmProcess[]
  readonly chronicle: ProcessChronicle
  readonly strikes: Struck[] = []
  /** Processes that ended although nobody had wanted it, and how. */
  readonly deaths: string[] = []
  readonly #watcher: LiveSwarmWatcher
  readonly #downSince = new Map<string, number>()
  readonly #finished = new Set<SwarmProcess>()
  /** What each process does, as it told last. */
  readonly #phases = new Map<SwarmProcess, PhaseEvent>()
  /** Deaths of aggregators that the script wanted, by round. */
  readonly #aggregatorsDied = new Map<number, number>()
  readonly #cancels = new Set<() => void>()
  readonly #done = Promise.withResolvers<void>()
  #startMs: number | null = null

  constructor(script: Script, { charter, peers }: PreparedSwarm, watcher: LiveSwarmWatcher) {
    this.script = script
    this.rounds = charter.rounds
    this.#watcher = watcher
    const names = new Map(peers.map(({ peerId, name }) => [peerId, name]))
    this.chronicle = new ProcessChronicle({
      nameOf: (peerId) => names.get(peerId) ?? peerId,
      nowMs: () => this.nowMs,
      deadlines: charter.deadlines,
      downSince: (name) => this.#downSince.get(name) ?? null,
      tellsLoss: script.training === 'toy',
      onRound: watcher.onRound,
      onNote: (text) => this.note(text),
    })
    this.processes = peers.map(
      (peer) =>
        new SwarmProcess(peer, {
          onStart: ({ peer: { name } }, pid) => this.note(`${name} is process ${pid}`),
          onEvent: (process, event) => this.#hear(process, event),
          onDeath: (process, fault) => this.#died(process, fault),
        }),
    )
  }

  /** Since all founders were up; 0 before. */
  get nowMs(): number {
    return this.#startMs === null ? 0 : systemClock.nowMs() - this.#startMs
  }

  /** Resolves when everybody who should have every round has it, or a founder could not even be started. */
  get done(): Promise<void> {
    return this.#done.promise
  }

  /** Starts the founders; the script's time begins when all of them are up. */
  start(): void {
    for (const process of this.processes) if (process.peer.script.joinsAtMs === null) process.start()
  }

  after(delayMs: number, run: () => void): void {
    const cancel = systemClock.after(Math.max(0, delayMs), () => {
      this.#cancels.delete(cancel)
      run()
    })
    this.#cancels.add(cancel)
  }

  at(atMs: number, run: () => void): void {
    this.after(atMs - this.nowMs, run)
  }

  note(text: string): void {
    this.#watcher.onNote(`${(this.nowMs / 1_000).toFixed(1).padStart(8)} s  ${text}`)
  }

  /** SIGKILL, and a new start in the same directory after a while; null: for good. */
  async crash(process: SwarmProcess, forMs: number | null): Promise<void> {
    if (process.state === 'down' || process.state === 'over' || process.state === 'dying') return
    this.#strike(process, 'SIGKILL', forMs)
    await process.kill(forMs === null ? 'over' : 'down')
    if (forMs !== null) this.after(forMs, () => process.start())
    this.#look()
  }

  hang(process: SwarmProcess, forMs: number): void {
    const { pid } = process
    if (pid === null || !process.stop()) return
    for (const other of this.processes) if (other !== process) other.wakes(pid)
    this.#strike(process, 'SIGSTOP', forMs)
    this.after(forMs, () => {
      if (!process.resume()) return
      this.#downSince.delete(process.peer.name)
      this.note(`${process.peer.name} goes on (SIGCONT)`)
    })
  }

  /** No more happens by itself; what runs goes on until it is told to end. */
  stopTime(): void {
    for (const cancel of this.#cancels) cancel()
    this.#cancels.clear()
  }

  /** As an onlooker sees it now. */
  glance(): SwarmGlance {
    const peers = this.processes.map((process) => glanceAtProcess(process, this.#phases.get(process) ?? null))
    return { nowMs: this.nowMs, peers }
  }

  /** Honest peers that should have every round and have not told of it. */
  get unfinished(): readonly SwarmProcess[] {
    return this.processes.filter(
      (process) => process.honest && process.state !== 'over' && !this.#finished.has(process),
    )
  }

  /** Whether all who have finished hold the same records: under `continue` their lineages may not have met yet. */
  get isOneLineage(): boolean {
    const names = [...this.#finished].filter(({ honest, state }) => honest && state !== 'over')
    return this.chronicle.lineages.headsOf(names.map(({ peer }) => peer.name)) <= 1
  }

  isFinished(process: SwarmProcess): boolean {
    return this.#finished.has(process)
  }

  #strike(process: SwarmProcess, signal: Struck['signal'], forMs: number | null): void {
    const { name } = process.peer
    const atMs = this.nowMs
    this.#downSince.set(name, atMs)
    this.strikes.push({ peer: name, signal, atMs, forMs, round: this.chronicle.rounds.length + 1 })
    const back = forMs === null ? 'for good' : `for ${(forMs / 1_000).toFixed(1)} s`
    this.note(`${name} gets ${signal} ${back}`)
  }

  #hear(process: SwarmProcess, event: SwarmPeerEvent): void {
    if (event.type === 'started') this.#started(process)
    if (event.type === 'moment') this.#moment(process, event.moment, event.round)
    const certified = this.chronicle.hear(process.peer.name, process.life, event)
    if (certified !== null) planStrikes(this, certified + 1)
    if (event.type === 'phase') this.#phase(process, event)
    if (event.type === 'round') this.#look()
  }

  /** Who has finished on a lineage that does not stand goes on with the other. */
  #phase(process: SwarmProcess, event: PhaseEvent): void {
    this.#phases.set(process, event)
    if (event.phase === 'finished') this.#finished.add(process)
    else this.#finished.delete(process)
    this.#look()
  }

  #started(process: SwarmProcess): void {
    this.#downSince.delete(process.peer.name)
    if (this.#startMs !== null) return
    const founders = this.processes.filter(({ peer }) => peer.script.joinsAtMs === null)
    if (founders.some(({ state }) => state === 'starting')) return
    this.#startMs = systemClock.nowMs()
    planHappenings(this)
  }

  /** An aggregator asks whether it may live on. */
  #moment(process: SwarmProcess, moment: Moment, round: number): void {
    const died = this.#aggregatorsDied.get(round) ?? 0
    const dies = this.script.happenings.find(
      (one) => one.type === 'aggregator-dies' && one.moment === moment && died < one.perRound,
    )
    if (dies?.type === 'aggregator-dies' && this.nowMs < this.script.calmAtMs) {
      this.#aggregatorsDied.set(round, died + 1)
      void this.crash(process, dies.forMs)
    } else {
      process.goOn()
    }
  }

  #died(process: SwarmProcess, fault: string): void {
    const { name } = process.peer
    this.deaths.push(`${name} ended by itself: it ${fault}`)
    this.note(`${name} ended by itself: it ${fault}`)
    this.#look()
  }

  #look(): void {
    const isDone = this.unfinished.length === 0 && this.isOneLineage
    const over = this.#startMs === null ? this.deaths.length > 0 : isDone
    if (over) this.#done.resolve()
  }
}
