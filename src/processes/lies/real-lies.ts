import type { PeerPorts } from '../../node/peer-context.ts'
import type { PeerWork } from '../../node/peer-work.ts'
import type { LieName } from '../../swarm/lies/lie.ts'
import { lyingAggregates } from './lying-aggregates.ts'
import { lyingTrainer, manySamples } from './lying-trainer.ts'
import { garbageFirst, mute, votesTwice } from './lying-words.ts'

/** A peer's ports, and how it does its work. */
export interface Peer {
  readonly ports: PeerPorts
  readonly work: PeerWork
}

/** Makes a liar of an honest peer: only the outermost layer of its process lies. */
type RealLie = (honest: Peer) => Peer

/** The lies of the simulator that a process can tell; the others need more than a peer's ports. */
const LIES = {
  'wrong-sum': lyingAggregates('wrong-sum'),
  'dropped-contribution': lyingAggregates('dropped-contribution'),
  'dropped-direction': lyingAggregates('dropped-direction'),
  'swapped-directions': lyingAggregates('swapped-directions'),
  'one-module': lyingAggregates('one-module'),
  'nan-factors': lyingTrainer('nan'),
  'scaled-factors': lyingTrainer('scaled'),
  'flipped-factors': lyingTrainer('flipped'),
  'false-samples': manySamples,
  'two-faced': votesTwice,
  garbage: garbageFirst,
  'mute-voter': mute(['vote']),
  'mute-aggregator': mute(['proposal']),
  mute: mute('everything'),
} satisfies Partial<Record<LieName, RealLie>>

export type RealLieName = keyof typeof LIES

export const REAL_LIES = Object.keys(LIES) as [RealLieName, ...RealLieName[]]

export const isRealLie = (lie: LieName): lie is RealLieName => lie in LIES

export const liarOf = (honest: Peer, lie: RealLieName | null): Peer =>
  lie === null ? honest : LIES[lie](honest)
