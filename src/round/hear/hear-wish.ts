import { isMember } from '../frame.ts'
import type { SignedJoin, SignedLeave } from '../message/membership.ts'
import { isAdmitted, isCurrentWish } from '../roster/admission.ts'
import type { RoundState } from '../state.ts'
import { doing, quiet, refusal, type Step } from '../transition.ts'

/** How many peers can be waiting for admission at once; the others ask again. */
const MOST_WAITING = 256

/** A peer wants to be on the next roster. */
export function hearJoin(state: RoundState, join: SignedJoin): Step {
  const { peer, body } = join
  if (isMember(state, peer) || !isCurrentWish(body, state.head.round)) return quiet(state)
  if (!isAdmitted(state.charter, peer, body))
    return doing(state, refusal(peer, 'join', 'the charter does not admit it'))
  const others = state.wishes.joins.filter((known) => known.peer !== peer)
  if (others.length >= MOST_WAITING) return quiet(state)
  return quiet({ ...state, wishes: { ...state.wishes, joins: [...others, join] } })
}

/** A peer of the roster wants to be off the next one. */
export function hearLeave(state: RoundState, leave: SignedLeave): Step {
  const { peer, body } = leave
  if (!isMember(state, peer) || !isCurrentWish(body, state.head.round)) return quiet(state)
  const others = state.wishes.leaves.filter((known) => known.peer !== peer)
  return quiet({ ...state, wishes: { ...state.wishes, leaves: [...others, leave] } })
}
