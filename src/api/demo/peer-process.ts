import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { PeerEvent } from '../../node/peer-event.ts'

export interface PeerProcessOptions {
  /** How `flexswarm` is started on this machine: an executable and its first arguments. */
  readonly command: readonly [string, ...string[]]
  /** The peer's YAML file. */
  readonly file: string
  readonly onEvent: (event: PeerEvent) => void
}

/** How a peer's process ended. */
export interface PeerProcessEnd {
  /** Null where it finished all rounds. */
  readonly fault: string | null
}

export interface PeerProcess {
  readonly pid: number
  readonly ended: Promise<PeerProcessEnd>
  kill(signal: NodeJS.Signals): void
}

/** Starts a peer in a process of its own and hears its events. */
export function startPeerProcess({
  command: [executable, ...args],
  file,
  onEvent,
}: PeerProcessOptions): PeerProcess {
  const child = spawn(executable, [...args, 'peer', file, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] })
  let finished = false
  let complaint = ''
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => {
    const said = JSON.parse(line) as PeerEvent | { error: { message: string } }
    if ('error' in said) complaint = said.error.message
    else {
      finished ||= said.type === 'finished'
      onEvent(said)
    }
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2_000)
  })
  return {
    pid: child.pid ?? -1,
    ended: ending(
      child,
      () => finished,
      () => complaint,
    ),
    kill: (signal) => child.kill(signal),
  }
}

async function ending(
  child: ReturnType<typeof spawn>,
  finished: () => boolean,
  complaint: () => string,
): Promise<PeerProcessEnd> {
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  if (finished()) return { fault: null }
  if (signal !== null) return { fault: `was killed by ${signal}` }
  return { fault: `ended with code ${code}${complaint() && `: ${complaint().trim().split('\n').at(-1)}`}` }
}
