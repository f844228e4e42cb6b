import { isGone, isMember } from '../frame.ts'
import { peersOf } from '../roster/roster.ts'
import type { RoundState } from '../state.ts'
import { doing, quiet, type Step } from '../transition.ts'

/** How long a quorum must have been out of reach, in deadlines of a view. */
const PATIENCE = 2

/**
 * Under `continue`: the network says that a quorum has been out of reach for a while, so this peer says with whom it
 * would go on. It says so again whenever those change.
 */
export function askToSplit(state: RoundState, nowMs: number): Step {
  const { charter, self, roster, height, gone, finished, yieldingMs } = state
  if (charter.partition !== 'continue' || finished !== null || yieldingMs !== null || !isMember(state, self))
    return quiet(state)
  const side = peersOf(roster).filter((peer) => !isGone(state, peer, nowMs))
  const voters = height.voters.filter((peer) => side.includes(peer)).length
  const patienceMs = PATIENCE * charter.deadlines.viewMs
  const settled = gone.every(({ sinceMs }) => nowMs - sinceMs >= patienceMs)
  if (voters >= height.quorum || !settled || side.length === roster.length) return quiet(state)
  const { federation, head } = state
  const said = state.own.findLast(({ kind, body }) => kind === 'head' && 'side' in body)
  if (said?.kind === 'head' && String(said.body.side) === String(side)) return quiet(state)
  const body = { federation, round: head.round, record: head.record, side }
  return doing(state, { type: 'sign', draft: { kind: 'head', body }, proof: null })
}
