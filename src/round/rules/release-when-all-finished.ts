import { isGone, isPresent } from '../frame.ts'
import type { PeerId } from '../identifier.ts'
import { placeAt } from '../roster/places.ts'
import { peersOf } from '../roster/roster.ts'
import { isFollower } from '../spread/say.ts'
import type { RoundState } from '../state.ts'
import { doing, type RoundRule } from '../transition.ts'

/**
 * This peer is finished, and so is everybody else: nobody needs it any more. Under `continue` everybody includes those
 * who were parted from it, until they follow the same last record.
 */
export const releaseWhenAllFinished: RoundRule = (state, nowMs) => {
  if (state.released || !state.local.adopted) return null
  if (state.awaited.some((peer) => !hasLeft(state, peer, nowMs))) return null
  if (isFollower(state))
    return areVotersFinished(state) ? doing({ ...state, released: true }, { type: 'released' }) : null
  const waiting = peersOf(state.roster).some(
    (peer, at) => peer !== state.self && placeAt(state.present, at) !== true && !hasLeft(state, peer, nowMs),
  )
  return waiting ? null : doing({ ...state, released: true }, { type: 'released' })
}

/** A follower may go once so many voters are finished that one of them does not lie: they stay until all are. */
const areVotersFinished = (state: RoundState): boolean =>
  state.height.voters.filter((peer) => isPresent(state, peer)).length > state.height.liars

/**
 * Whoever goes after the last round has probably been released too. One that was gone before may come back for the
 * last record, so it counts as unfinished; how long to wait for it is the driver's matter.
 */
const hasLeft = (state: RoundState, peer: PeerId, nowMs: number): boolean =>
  isGone(state, peer, nowMs) && state.gone.some((one) => one.peer === peer && one.sinceMs >= state.startedMs)
