import type { Clock } from '../base/clock.ts'
import type { Network } from '../network/network.ts'
import type { Charter } from '../round/charter/charter.ts'
import type { Event } from '../round/event.ts'

/** The longest pause of a peer before it says again what it said, in pauses of `resendMs`. */
const LONGEST_PAUSE = 8
/** How many of those a peer without a connection may be silent and still count as there. */
const SILENT_PAUSES = 3

/** Whom a peer can reach, as its round machine is told. */
export interface Reach {
  /** A message that this peer itself has just published came, perhaps by way of others. */
  heard(peer: string): void
  stop(): void
}

export interface ReachOptions {
  readonly network: Pick<Network, 'peers' | 'onPeer' | 'peerId'>
  readonly clock: Clock
  readonly charter: Pick<Charter, 'partition' | 'deadlines'>
  readonly roster: () => readonly string[]
  readonly tell: (event: Extract<Event, { type: 'peer-gone' | 'peer-here' }>) => void
}

/**
 * Tells of connections that end and begin. Under `continue` that is not enough, because whoever cannot be reached is
 * left behind: a peer of the roster that was never connected is gone too, and one that is heard by way of others is not.
 */
export function watchReach({ network, clock, charter, roster, tell }: ReachOptions): Reach {
  const pauseMs = LONGEST_PAUSE * charter.deadlines.resendMs
  const startMs = clock.nowMs()
  const gone = new Map<string, number>()
  const heardMs = new Map<string, number>()
  const isConnected = (peer: string) => network.peers().includes(peer)

  function lose(peer: string): void {
    gone.set(peer, clock.nowMs())
    heardMs.delete(peer)
    tell({ type: 'peer-gone', peer })
  }

  function find(peer: string): void {
    gone.delete(peer)
    tell({ type: 'peer-here', peer })
  }

  function loseTheSilent(): void {
    for (const peer of roster()) {
      if (peer === network.peerId || gone.has(peer) || isConnected(peer)) continue
      if (clock.nowMs() - (heardMs.get(peer) ?? startMs) >= SILENT_PAUSES * pauseMs) lose(peer)
    }
    stopTimer = clock.after(pauseMs, loseTheSilent)
  }

  let stopTimer = charter.partition === 'continue' ? clock.after(pauseMs, loseTheSilent) : () => {}
  const unsubscribe = network.onPeer(({ type, peer }) => {
    if (type === 'join') find(peer)
    if (type === 'leave') lose(peer)
  })
  return {
    heard(peer) {
      if (charter.partition === 'pause' || isConnected(peer) || !roster().includes(peer)) return
      const lostMs = gone.get(peer)
      // What it said before its connection ended may still be on its way.
      if (lostMs !== undefined && clock.nowMs() - lostMs < pauseMs) return
      if (lostMs !== undefined) find(peer)
      heardMs.set(peer, clock.nowMs())
    },
    stop() {
      stopTimer()
      unsubscribe()
    },
  }
}
