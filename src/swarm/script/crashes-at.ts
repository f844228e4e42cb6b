import type { Effect } from '../../round/effect.ts'
import type { SimulatedPeer } from '../peer/simulated-peer.ts'
import type { Swarm } from '../swarm.ts'
import type { Happening } from './script.ts'

type AggregatorDies = Extract<Happening, { type: 'aggregator-dies' }>

/**
 * Whether the script lets a peer die just before it carries out an effect: for how long (null: for good), or
 * undefined if it lives on.
 */
export function crashesAt(swarm: Swarm, peer: SimulatedPeer, effect: Effect): number | null | undefined {
  for (const happening of swarm.script.happenings) {
    if (happening.type === 'crash-at-effect') {
      if (happening.peer === peer.at && happening.effect === peer.effectsDone) return happening.forMs
    } else if (happening.type === 'aggregator-dies') {
      if (swarm.world.nowMs < swarm.script.calmAtMs && itsMoment(swarm, peer, effect, happening))
        return happening.forMs
    }
  }
  return undefined
}

/** Deaths of aggregators so far, by round. */
const deaths = new WeakMap<Swarm, Map<number, number>>()

function itsMoment(swarm: Swarm, peer: SimulatedPeer, effect: Effect, dies: AggregatorDies): boolean {
  const round = momentOf(peer, effect, dies.moment)
  if (round === null) return false
  const counts = deaths.get(swarm) ?? new Map<number, number>()
  deaths.set(swarm, counts)
  const count = counts.get(round) ?? 0
  if (count >= dies.perRound) return false
  counts.set(round, count + 1)
  if (dies.moment === 'during' && effect.type === 'broadcast') swarm.broadcastToHalf(peer, effect.message)
  return true
}

/** The round whose aggregator is at this moment, or null. */
function momentOf(peer: SimulatedPeer, effect: Effect, moment: AggregatorDies['moment']): number | null {
  if (moment === 'before') return effect.type === 'aggregate' ? effect.round : null
  if (moment === 'during')
    return effect.type === 'broadcast' &&
      effect.message.kind === 'proposal' &&
      effect.message.peer === peer.name
      ? effect.message.body.round
      : null
  // The first thing it does after its proposal is out is to cast its own vote for it.
  const vote = effect.type === 'sign' && effect.draft.kind === 'vote' ? effect.draft.body : null
  const proposed = vote !== null && vote.step === 'prevote' && peer.state?.local.proposed.includes(vote.view)
  return proposed === true && vote !== null ? vote.round : null
}
