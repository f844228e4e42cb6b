import { aggregatorOf } from '../election/election-order.ts'
import type { PeerId } from '../identifier.ts'
import { positionOf } from '../roster/roster.ts'

/** What is fixed while one record is being agreed on: a height of Tendermint is a round of the federation. */
export interface Height {
  readonly self: PeerId
  /** Who votes, by peer. */
  readonly voters: readonly PeerId[]
  /** 2f + 1 of the paper. */
  readonly quorum: number
  /** f of the paper: how many voters may lie. */
  readonly liars: number
  /** Who proposes: the peer of view v is `order[v % order.length]`. */
  readonly order: readonly PeerId[]
}

/** proposer(h, round) of the paper. */
export const proposerOf = (height: Height, view: number): PeerId => aggregatorOf(height.order, view)

export const isVoter = (height: Height, peer: PeerId): boolean => positionOf(height.voters, peer) >= 0
