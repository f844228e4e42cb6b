import { announcedBy } from '../../round/collection/collection.ts'
import { frameOf, isPresent } from '../../round/frame.ts'
import type { PeerId } from '../../round/identifier.ts'
import { makeRecord } from '../../round/record/make-record.ts'
import type { RoundRecord } from '../../round/record/record.ts'
import type { SimulatedPeer } from '../peer/simulated-peer.ts'

/**
 * Another record that verification accepts: the aggregate of all contributions but the last, which the liar serves.
 * Null where there would be none.
 */
export function recordWithoutLast(liar: SimulatedPeer, view: number, aggregator: PeerId): RoundRecord | null {
  const { state, swarm } = liar
  if (state === null) return null
  const contributions = announcedBy(state.collection).slice(0, -1)
  if (contributions.length === 0) return null
  const offered = { contributions, merged: null, global: state.head.global }
  const result = swarm.workload.aggregate(liar.at, offered, null)
  if (result instanceof Promise) return null
  swarm.holders.keep(liar, result.global.body)
  return makeRecord(frameOf(state), {
    view,
    aggregator,
    contributions,
    result,
    isPresent: (peer) => isPresent(state, peer),
    joins: [],
    leaves: [],
  })
}
