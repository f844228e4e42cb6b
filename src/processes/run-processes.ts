import type { SwarmGlance } from '../swarm/report/swarm-glance.ts'
import type { SwarmRun } from '../swarm/report/swarm-report.ts'
import type { Script } from '../swarm/script/script.ts'
import { compareStores } from './compare-stores.ts'
import { LiveSwarm, type LiveSwarmWatcher, type Struck } from './live-swarm.ts'
import { prepareSwarm } from './prepare-swarm.ts'
import type { Takeover } from './takeover-log.ts'

export interface RunProcessesOptions extends LiveSwarmWatcher {
  readonly script: Script
  /** Where the peers' directories go; it is made, and must be empty. They stay, to be verified. */
  readonly directory: string
  /** What the script's paths are relative to. */
  readonly base: string
  /** Called once, with what shows the swarm as it is at any moment from then on. */
  readonly onGlance?: (glance: () => SwarmGlance) => void
  /** Ends it at once: all processes are killed. */
  readonly signal: AbortSignal
}

/** What a swarm of processes came to. */
export interface ProcessRun extends SwarmRun {
  readonly strikes: readonly Struck[]
  readonly takeovers: readonly Takeover[]
  /** What is wrong with the processes and what they keep; what its file expects is looked at elsewhere. */
  readonly faults: readonly string[]
  /** The directory of every peer, by number. */
  readonly directories: readonly string[]
}

/**
 * Runs a scripted swarm with a process for every peer, over TCP on this machine's loopback interface; what the script
 * says befalls them by signal. Whatever way it ends, no process is left behind.
 *
 * @throws {RunDirectoryError}, and the signal's reason once aborted
 */
export async function runProcesses(options: RunProcessesOptions): Promise<ProcessRun> {
  const { script, directory, base, signal } = options
  const prepared = await prepareSwarm(script, directory, base)
  const swarm = new LiveSwarm(script, prepared, options)
  options.onGlance?.(() => swarm.glance())
  const killAll = () => {
    for (const process of swarm.processes) process.killNow()
  }
  process.once('exit', killAll)
  try {
    const inTime = await untilDone(swarm, signal)
    const lastedMs = swarm.nowMs
    swarm.stopTime()
    await Promise.all(swarm.processes.map((one) => one.end()))
    swarm.chronicle.close()
    const { chronicle } = swarm
    return {
      script,
      time: 'real',
      lastedMs,
      rounds: chronicle.rounds,
      failure: null,
      lies: Object.fromEntries(chronicle.lies),
      messages: chronicle.messages,
      bytes: chronicle.bytes,
      strikes: swarm.strikes,
      takeovers: chronicle.takeovers.all,
      directories: prepared.peers.map((peer) => peer.directory),
      faults: [...swarm.deaths, ...inTime, ...(await compareStores(swarm))],
    }
  } finally {
    swarm.stopTime()
    await Promise.all(swarm.processes.map((one) => one.kill('over')))
    process.off('exit', killAll)
  }
}

/** Waits for the end; answers what is missing where patience ended before. */
async function untilDone(swarm: LiveSwarm, signal: AbortSignal): Promise<string[]> {
  signal.throwIfAborted()
  const { calmAtMs, patienceMs } = swarm.script
  const { promise, resolve, reject } = Promise.withResolvers<string[]>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  void swarm.done.then(() => resolve([]))
  swarm.after(calmAtMs + patienceMs, () => {
    const names = swarm.unfinished.map(({ peer }) => peer.name).join(', ')
    const what = names === '' ? 'the lineages of a partition have not become one' : `${names}: not done`
    resolve([`${what} in ${(calmAtMs + patienceMs) / 1_000} s`])
  })
  swarm.start()
  try {
    return await promise
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
