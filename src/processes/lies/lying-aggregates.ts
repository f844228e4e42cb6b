import { keepBody } from '../../node/factor-body.ts'
import { loadGlobal } from '../../node/load-global.ts'
import type { PeerWork } from '../../node/peer-work.ts'
import type { AggregateLie } from '../../swarm/work/peer-work.ts'
import { spoilAggregate } from '../../swarm/work/spoil-factors.ts'
import type { Peer } from './real-lies.ts'

/** Whenever it is elected it publishes another aggregate than the true one, and it takes every record for valid. */
export const lyingAggregates =
  (lie: AggregateLie) =>
  ({ ports, work }: Peer): Peer => ({
    ports,
    work: { ...work, aggregate: wrongly(work, lie), verify: believe },
  })

function wrongly({ aggregate }: PeerWork, lie: AggregateLie): PeerWork['aggregate'] {
  if (lie === 'dropped-contribution')
    return (context, effect, signal) =>
      aggregate(context, { ...effect, contributions: effect.contributions.slice(1) }, signal)
  return async (context, effect, signal) => {
    const event = await aggregate(context, effect, signal)
    if (event?.type !== 'aggregated') return event
    const honest = await loadGlobal(context, event.result.global)
    const global = await keepBody(context, spoilAggregate(honest, lie))
    return { ...event, result: { ...event.result, global } }
  }
}

/** It takes every record for valid. */
export const believe: PeerWork['verify'] = async (_context, { round, value, module }) => ({
  type: 'verified',
  round,
  value,
  module,
  refusal: null,
})
