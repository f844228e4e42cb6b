import { isMember } from '../frame.ts'
import type { SignedHead } from '../message/membership.ts'
import type { RoundState } from '../state.ts'
import { quiet, type Step } from '../transition.ts'

/** A peer of the roster says with whom it would go on. Its latest word counts. */
export function hearSplit(state: RoundState, split: SignedHead): Step {
  const { charter, head } = state
  if (charter.partition !== 'continue' || !isMember(state, split.peer)) return quiet(state)
  if (split.body.side === undefined || split.body.record !== head.record) return quiet(state)
  const others = state.splits.filter(({ peer }) => peer !== split.peer)
  return quiet({ ...state, splits: [...others, split] })
}
