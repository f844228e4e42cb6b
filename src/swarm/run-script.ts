import { FlexswarmError } from '../base/flexswarm-error.ts'
import { recordId } from '../round/record/record-id.ts'
import { InvariantBrokenError, type InvariantName } from './invariants/invariant-broken-error.ts'
import type { SimulatedPeer } from './peer/simulated-peer.ts'
import type { RoundReport } from './report/chronicle.ts'
import { glanceAt } from './report/glance-at.ts'
import type { SwarmGlance } from './report/swarm-glance.ts'
import { perform } from './script/perform.ts'
import type { Script } from './script/script.ts'
import { Swarm } from './swarm.ts'
import { Trace } from './trace/trace.ts'

/** What was broken, where, and what led to it. */
export interface Failure {
  readonly invariant: InvariantName | 'crash'
  readonly message: string
  readonly atMs: number
  /** The last events before it; empty without a trace. */
  readonly trace: readonly string[]
}

export interface Outcome {
  readonly script: Script
  readonly failure: Failure | null
  readonly rounds: readonly RoundReport[]
  /** What was refused and who was accused, with how often. */
  readonly lies: Readonly<Record<string, number>>
  readonly virtualMs: number
  readonly events: number
  readonly messages: number
  readonly bytes: number
}

export interface RunOptions {
  /** Keep this many of the last events as text. Default 0: none, which is several times faster. */
  readonly traceLines?: number
  /** Called whenever a round is certified. */
  readonly onRound?: (round: RoundReport) => void
  /** Called when something befalls the swarm. */
  readonly onNote?: (text: string) => void
  /**
   * Called again and again while it runs, with what shows the swarm as it is just then. Virtual time leaves none to
   * timers, so whoever draws must do it here, as often as the wall's clock allows.
   */
  readonly onGlance?: (glance: () => SwarmGlance) => void
}

/** How many events happen between two calls of `onGlance`. */
const GLANCE_EVENTS = 256

/** Runs a script from its first event until everybody is done, something is broken, or patience ends. */
export async function runScript(
  script: Script,
  { traceLines = 0, onNote, ...watcher }: RunOptions = {},
): Promise<Outcome> {
  const trace = traceLines > 0 ? new Trace(traceLines) : null
  const swarm = new Swarm(script, trace)
  if (onNote !== undefined)
    swarm.onNote = (text) => onNote(`${seconds(swarm.world.nowMs).padStart(8)} s  ${text}`)
  const failure = await runSwarm(swarm, trace, watcher)
  return {
    script,
    failure,
    rounds: swarm.chronicle.rounds,
    lies: Object.fromEntries(swarm.chronicle.lies),
    virtualMs: swarm.world.nowMs,
    events: swarm.world.events,
    messages: swarm.links.messages,
    bytes: swarm.links.bytes,
  }
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(1)

async function runSwarm(
  swarm: Swarm,
  trace: Trace | null,
  { onRound, onGlance }: Pick<RunOptions, 'onRound' | 'onGlance'>,
): Promise<Failure | null> {
  try {
    perform(swarm)
    let shown = 0
    // The first peer that was not done when it was last asked: this is looked at after every event.
    let undone = 0
    const glance = () => glanceAt(swarm)
    const done = () => {
      if (onGlance !== undefined && swarm.world.events % GLANCE_EVENTS === 0) onGlance(glance)
      for (; shown < swarm.chronicle.told.length; shown++)
        onRound?.(swarm.chronicle.told[shown] as RoundReport)
      while (undone < swarm.peers.length && isDone(swarm.peers[undone] as SimulatedPeer)) undone++
      if (undone < swarm.peers.length) return false
      undone = swarm.peers.findIndex((peer) => !isDone(peer))
      if (undone < 0) undone = swarm.peers.length
      return undone === swarm.peers.length && isOneLineage(swarm)
    }
    const { calmAtMs, patienceMs } = swarm.script
    const ended = await swarm.world.run(done, calmAtMs + patienceMs)
    if (!ended) swarm.guard.noProgress(swarm.peers.filter((peer) => !isDone(peer)))
    await swarm.guard.checkValidity()
    return null
  } catch (error) {
    return failureOf(error, swarm, trace)
  }
}

/** An exception of the machine itself is a failure like any other; one of the simulator is not hidden either. */
function failureOf(error: unknown, swarm: Swarm, trace: Trace | null): Failure {
  const atMs = swarm.world.nowMs
  const lines = trace?.lines ?? []
  if (error instanceof InvariantBrokenError)
    return { invariant: error.evidence.invariant, message: error.message, atMs, trace: lines }
  if (error instanceof FlexswarmError)
    return { invariant: 'crash', message: error.message, atMs, trace: lines }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { invariant: 'crash', message: text, atMs, trace: lines }
}

/** It has every round on its disk, or needs none any more. */
function isDone(peer: SimulatedPeer): boolean {
  const { swarm, honest, alive, left } = peer
  if (!honest || left) return true
  if (peer.disk.records.length >= swarm.charter.rounds) return true
  return !alive && swarm.isGoneForGood(peer)
}

/** Under `continue` peers are done only once their lineages have become one again and nothing is left to merge. */
function isOneLineage({ charter, peers }: Swarm): boolean {
  if (charter.partition === 'pause') return true
  const staying = peers.filter((peer) => peer.honest && !peer.left && peer.alive)
  const heads = staying.flatMap(({ disk }) => disk.records.at(-1)?.record ?? [])
  const working = staying.some(({ state }) => state?.finished === null)
  return !working && new Set(heads.map(recordId)).size === 1
}
