import type { PeerPorts } from '../../node/peer-context.ts'
import type { PeerWork } from '../../node/peer-work.ts'
import { equalWeights } from '../../swarm/lies/false-weights.ts'
import type { LieName } from '../../swarm/lies/lie.ts'
import { otherWayRound } from '../../swarm/lies/swapped-order.ts'
import { lyingAggregates } from './lying-aggregates.ts'
import { forges, replays } from './lying-records.ts'
import { lyingTrainer, manySamples } from './lying-trainer.ts'
import { complainsOfAll, garbageFirst, mute, proposesInstead, saysYes, votesTwice } from './lying-words.ts'

/** A peer's ports, and how it does its work. */
export interface Peer {
  readonly ports: PeerPorts
  readonly work: PeerWork
}

/** Makes a liar of an honest peer: only the outermost layer of its process lies. */
type RealLie = (honest: Peer) => Peer

/**
 * The lies of the simulator that a process can tell. A false proof of lock needs more than a peer's ports: to make a
 * second record that is right, the liar has to look into its own round machine.
 */
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
  'false-weights': proposesInstead(equalWeights),
  'swapped-order': proposesInstead(otherWayRound),
  'false-complaints': complainsOfAll,
  'two-faced': votesTwice,
  'yes-sayer': saysYes,
  forger: forges,
  replayer: replays,
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
