import { isMember } from '../frame.ts'
import type { RoundState } from '../state.ts'
import { doing, quiet, type Step } from '../transition.ts'

/** A peer that is not on the roster asks for the next one, once for each record it sees. */
export function askToJoin(state: RoundState): Step {
  const { federation, head, self, invite, leaving, finished, own } = state
  const asked = own.some(({ kind, body }) => kind === 'join' && body.round === head.round)
  if (leaving || finished !== null || isMember(state, self) || asked) return quiet(state)
  const body = {
    federation,
    round: head.round,
    wish: 'join',
    ...(invite === null ? {} : { invite }),
  } as const
  return doing(state, { type: 'sign', draft: { kind: 'join', body }, proof: null })
}
