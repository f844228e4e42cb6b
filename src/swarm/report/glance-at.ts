import { phaseProgress } from '../../round/phase-of.ts'
import type { SimulatedPeer } from '../peer/simulated-peer.ts'
import type { Swarm } from '../swarm.ts'
import type { PeerCondition, PeerGlance, SwarmGlance } from './swarm-glance.ts'

/** A simulated swarm at this moment. */
export const glanceAt = ({ world, peers }: Swarm): SwarmGlance => ({
  nowMs: world.nowMs,
  peers: peers.map(glanceAtPeer),
})

function glanceAtPeer(peer: SimulatedPeer): PeerGlance {
  const { name, script, state, disk } = peer
  const known = { name, rank: script.rank, lie: script.lie, condition: conditionOf(peer) }
  const progress = state === null ? null : phaseProgress(state)
  return progress?.type !== 'phase'
    ? { ...known, phase: 'starting', round: disk.records.length, aggregates: false }
    : { ...known, phase: progress.phase, round: progress.round, aggregates: progress.aggregator === name }
}

function conditionOf(peer: SimulatedPeer): PeerCondition {
  const { swarm, alive, hung, left, life } = peer
  if (left) return 'gone'
  if (alive) return hung ? 'stopped' : 'up'
  if (swarm.isGoneForGood(peer)) return 'gone'
  return life === 0 ? 'absent' : 'killed'
}
