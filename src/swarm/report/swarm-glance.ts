import type { PeerPhase } from '../../node/peer-event.ts'
import type { LieName } from '../lies/lie.ts'

/** How a peer of a swarm is. */
export type PeerCondition =
  /** It joins later. */
  | 'absent'
  | 'starting'
  | 'up'
  /** It lost power, or got SIGKILL. */
  | 'killed'
  /** It hangs, or got SIGSTOP. */
  | 'stopped'
  /** It left, or will not come back. */
  | 'gone'

/** One peer of a swarm as an onlooker sees it at a moment. */
export interface PeerGlance {
  readonly name: string
  readonly rank: number
  readonly lie: LieName | null
  readonly condition: PeerCondition
  /** What it did last, and in which round. */
  readonly phase: PeerPhase
  readonly round: number
  /** Whether it believes that it is its turn to aggregate. */
  readonly aggregates: boolean
}

/** A running swarm at a moment. */
export interface SwarmGlance {
  /** Since its start, by the swarm's own time. */
  readonly nowMs: number
  readonly peers: readonly PeerGlance[]
}
