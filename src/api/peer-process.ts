import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { PeerEvent } from '../node/peer-event.ts'

export interface PeerProcessOptions<Event> {
  /** How the peer is started: an executable and its arguments. */
  readonly command: readonly [string, ...string[]]
  readonly onEvent: (event: Event) => void
  /** Whether it takes messages; it may end itself when the sender is gone. Default false. */
  readonly listens?: boolean
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
  /** Tells it something; one that is about to end may not hear it. */
  send(message: object): void
}

/** Starts a peer in a process of its own and hears its events: JSON, one a line of its output. */
export function startPeerProcess<Event extends { readonly type: string } = PeerEvent>({
  command: [executable, ...args],
  onEvent,
  listens = false,
}: PeerProcessOptions<Event>): PeerProcess {
  const child = spawn(executable, args, {
    stdio: listens ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
  })
  let finished = false
  let complaint = ''
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    const said = parse<Event>(line)
    if (said === null) complaint = line
    else if ('error' in said) complaint = said.error.message
    else {
      finished ||= said.type === 'finished'
      onEvent(said)
    }
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
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
    send: (message) => {
      if (child.connected) child.send(message, () => {})
    },
  }
}

/** A process that is killed may leave half a line behind. */
function parse<Event>(line: string): Event | { readonly error: { readonly message: string } } | null {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

async function ending(
  child: ChildProcess,
  finished: () => boolean,
  complaint: () => string,
): Promise<PeerProcessEnd> {
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  if (finished()) return { fault: null }
  if (signal !== null) return { fault: `was killed by ${signal}` }
  return { fault: `ended with code ${code}${complaint() && `: ${complaint().trim().split('\n').at(-1)}`}` }
}
