import { isGone } from '../frame.ts'
import { peersOf } from '../roster/roster.ts'
import { doing, type RoundRule } from '../transition.ts'

/** This peer is finished, and so is everybody who is still there: nobody needs it any more. */
export const releaseWhenAllFinished: RoundRule = (state, nowMs) => {
  if (state.released || !state.local.adopted) return null
  const waiting = peersOf(state.roster).some(
    (peer, at) => peer !== state.self && state.present[at] !== true && !isGone(state, peer, nowMs),
  )
  return waiting ? null : doing({ ...state, released: true }, { type: 'released' })
}
