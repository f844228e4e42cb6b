import { isGone, isMember } from '../frame.ts'
import { peersOf } from '../roster/roster.ts'
import { doing, type RoundRule } from '../transition.ts'
import { isStuck, leastSide } from './side.ts'

/** How long a quorum must have been out of reach, in deadlines of a view. */
const PATIENCE = 2

/**
 * Under `continue`: the network says that a quorum has been out of reach for a while, so this peer says with whom it
 * would go on. It says so again whenever those change
 * and the side that it has taken has no quorum either, or comes to nothing.
 */
export const askToSplit: RoundRule = (state, nowMs) => {
  const { charter, self, roster, height, gone, federation, head } = state
  if (charter.partition === 'pause' || gone.length === 0 || !isMember(state, self)) return null
  if (height.voters.length - gone.length >= height.quorum && !isStuck(state, nowMs)) return null
  const patienceMs = PATIENCE * charter.deadlines.viewMs
  if (gone.some(({ sinceMs }) => nowMs - sinceMs < patienceMs)) return null
  const full = state.side?.full ?? roster
  const side = peersOf(full).filter((peer) => !isGone(state, peer, nowMs))
  const voters = height.voters.filter((peer) => side.includes(peer)).length
  if ((voters >= height.quorum && !isStuck(state, nowMs)) || side.length < leastSide(charter, full))
    return null
  if (side.length === full.length || String(state.asked) === String(side)) return null
  const body = { federation, round: head.round, record: head.record, side }
  return doing({ ...state, asked: side }, { type: 'sign', draft: { kind: 'head', body }, proof: null })
}
