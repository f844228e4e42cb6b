import { appendFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type PeerProcess, startPeerProcess } from '../api/peer-process.ts'
import type { PreparedPeer } from './prepare-swarm.ts'
import type { SwarmPeerCommand, SwarmPeerEvent } from './swarm-peer-event.ts'

const ENTRY = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './swarm-peer.ts' : './swarm-peer.js', import.meta.url),
)

/** How long a peer that was told to end may take before it is killed. */
const END_MS = 10_000

export type ProcessState =
  /** Not started yet, or killed. */
  | 'down'
  | 'starting'
  | 'up'
  /** Stopped by SIGSTOP. */
  | 'stopped'
  /** Killed, and not yet dead. */
  | 'dying'
  /** It will not be started again: it left, was killed for good, or its run is over. */
  | 'over'

export interface ProcessWatcher {
  readonly onEvent: (process: SwarmProcess, event: SwarmPeerEvent) => void
  readonly onStart: (process: SwarmProcess, pid: number) => void
  /** It ended although nobody had wanted it to. */
  readonly onDeath: (process: SwarmProcess, fault: string) => void
}

/** One peer of the swarm over all its lives. */
export class SwarmProcess {
  readonly peer: PreparedPeer
  state: ProcessState = 'down'
  /** Its training takes so many times as long. */
  #slowness = 1
  #reach: Extract<SwarmPeerCommand, { do: 'reach' }> | null = null
  #calm = false
  #process: PeerProcess | null = null
  #wanted = false
  /** What it is when its process has ended. */
  #afterwards: 'down' | 'over' = 'over'
  readonly #watcher: ProcessWatcher

  constructor(peer: PreparedPeer, watcher: ProcessWatcher) {
    this.peer = peer
    this.#watcher = watcher
  }

  get honest(): boolean {
    return this.peer.script.lie === null
  }

  /** Stands for its present process: a new one for each start. */
  get life(): object {
    return this.#process ?? this
  }

  /** Starts it, or starts it again in its directory; nothing happens where it runs. */
  start(): void {
    if (this.state !== 'down') return
    this.state = 'starting'
    this.#wanted = true
    this.#afterwards = 'over'
    const process = startPeerProcess<SwarmPeerEvent>({
      command: [globalThis.process.execPath, ENTRY, this.peer.file],
      listens: true,
      onEvent: (event) => this.#hear(process, event),
    })
    this.#process = process
    this.#watcher.onStart(this, process.pid)
    if (this.#slowness !== 1) this.#send({ do: 'slow', factor: this.#slowness })
    if (this.#reach !== null) this.#send(this.#reach)
    if (this.#calm) this.#send({ do: 'calm' })
    void process.ended.then(({ fault }) => this.#ended(process, fault))
  }

  /** SIGKILL; resolves when it is dead. */
  async kill(afterwards: 'down' | 'over'): Promise<void> {
    this.#wanted = false
    this.#afterwards = afterwards
    const process = this.#process
    if (process === null) {
      this.state = afterwards
      return
    }
    this.state = 'dying'
    process.kill('SIGKILL')
    await process.ended
  }

  /** SIGSTOP; what it is sent meanwhile waits for it. */
  stop(): boolean {
    if (this.state !== 'up') return false
    this.#process?.kill('SIGSTOP')
    this.state = 'stopped'
    return true
  }

  /** SIGCONT. */
  resume(): boolean {
    if (this.state !== 'stopped') return false
    this.#process?.kill('SIGCONT')
    this.state = 'up'
    return true
  }

  /** Null where it does not run. */
  get pid(): number | null {
    return this.#process?.pid ?? null
  }

  /** It wakes another process, should the runner be gone. */
  wakes(pid: number): void {
    this.#send({ do: 'wake', pid })
  }

  slow(factor: number): void {
    this.#slowness = factor
    this.#send({ do: 'slow', factor })
  }

  /** Whether no link of its is cut. */
  get reachesAll(): boolean {
    return this.#reach === null || this.#reach.deafTo.length + this.#reach.unheardBy.length === 0
  }

  reach(deafTo: readonly string[], unheardBy: readonly string[]): void {
    this.#reach = { do: 'reach', deafTo, unheardBy }
    this.#send(this.#reach)
  }

  calm(): void {
    this.#calm = true
    this.#send({ do: 'calm' })
  }

  leave(): void {
    this.#wanted = false
    this.#send({ do: 'leave' })
  }

  goOn(): void {
    this.#send({ do: 'go-on' })
  }

  /** Asks it to end, and kills it where it does not. */
  async end(): Promise<void> {
    const process = this.#process
    this.#wanted = false
    this.#afterwards = 'over'
    if (process === null) {
      this.state = 'over'
      return
    }
    this.resume()
    this.#send({ do: 'end' })
    const impatience = setTimeout(() => process.kill('SIGKILL'), END_MS)
    await process.ended
    clearTimeout(impatience)
  }

  /** At once, from wherever: for the end of the runner itself. */
  killNow(): void {
    this.#process?.kill('SIGKILL')
  }

  #send(command: SwarmPeerCommand): void {
    this.#process?.send(command)
  }

  #hear(process: PeerProcess, event: SwarmPeerEvent): void {
    if (process !== this.#process) return
    if (event.type !== 'traffic' && event.type !== 'step')
      appendFileSync(this.peer.log, `${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`)
    if (event.type === 'started' && this.state === 'starting') this.state = 'up'
    this.#watcher.onEvent(this, event)
  }

  #ended(process: PeerProcess, fault: string | null): void {
    if (process !== this.#process) return
    this.#process = null
    this.state = this.#afterwards
    if (this.#wanted) this.#watcher.onDeath(this, fault ?? 'ended')
  }
}
