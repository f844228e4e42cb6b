import { type Log, silentLog } from '../base/log.ts'
import type { PeerEvent } from '../node/peer-event.ts'
import { type RunningPeer, startPeer } from '../node/start-peer.ts'
import { openPeer } from './open-peer.ts'

export interface RunPeerOptions {
  /** The peer's YAML file. */
  readonly file: string
  /** Told everything that a person may want to watch. Default: nobody is. */
  readonly onEvent?: (event: PeerEvent) => void
  readonly log?: Log
  /** Stops the peer; a later start resumes. */
  readonly signal?: AbortSignal
}

export interface PeerOutcome {
  /** The peer's own `peft` adapter after the last round it took part in. */
  readonly adapterDirectory: string
  /** Rounds whose certified records this peer holds. */
  readonly rounds: number
}

/**
 * Runs one node of a federation until all rounds are done: it trains on its own data at the rank that its memory
 * holds, gossips, takes its turn as aggregator, and keeps its adapter.
 *
 * @throws {YamlFileError}, {NoFoundersError}, `PortInUseError`, `StoreInUseError`, and the errors of loading the
 * model and the data
 */
export async function runPeer(options: RunPeerOptions): Promise<PeerOutcome> {
  const { file, onEvent = () => {}, log = silentLog, signal } = options
  const peer = await openPeer(file, { log, emit: onEvent })
  try {
    onEvent(peer.started)
    await untilDone(startPeer(peer.ports), signal)
    const rounds = peer.ports.store.lastRecord()?.height ?? 0
    const { adapterDirectory } = peer
    if (signal?.aborted !== true) onEvent({ type: 'finished', rounds, adapterDirectory })
    return { adapterDirectory, rounds }
  } finally {
    await peer.close()
  }
}

async function untilDone(running: RunningPeer, signal: AbortSignal | undefined): Promise<void> {
  const stop = () => running.stop()
  signal?.addEventListener('abort', stop, { once: true })
  if (signal?.aborted) stop()
  try {
    await running.done
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}
