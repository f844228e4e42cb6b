import { isMember } from '../frame.ts'
import type { RoundState } from '../state.ts'
import { doing, quiet, type Step } from '../transition.ts'

/**
 * The user takes this peer out. It says so, and stays until a record without it is certified, so that the others are
 * not left one vote short; a peer that is on no roster is free to go.
 */
export function onLeave(state: RoundState): Step {
  if (state.leaving || state.finished !== null) return quiet(state)
  const next = { ...state, leaving: true }
  if (!isMember(state, state.self))
    return doing(
      { ...next, finished: 'left', released: true },
      { type: 'finished', reason: 'left' },
      { type: 'released' },
    )
  const body = { federation: state.federation, round: state.head.round, wish: 'leave' } as const
  return doing(next, { type: 'sign', draft: { kind: 'leave', body }, proof: null })
}
