import type { Effect } from '../effect.ts'
import { valuesOf } from '../roster/places.ts'
import { positionOf } from '../roster/roster.ts'
import type { RoundState } from '../state.ts'
import { aggregatorsFrom } from './hearers.ts'
import { isLarge } from './say.ts'

/** How many voters pass each contribution on. */
const RELAYS = 3

/**
 * A view has begun, so another peer is among those who would take over soon, and it has heard nothing of the round.
 * The voters share in passing on to it what was announced, each contribution by a few of them.
 */
export function relayToNewcomer(state: RoundState): Effect[] {
  const { height, agreement, collection, self } = state
  const at = positionOf(height.voters, self)
  const newcomer = aggregatorsFrom(height, agreement.view).at(-1)
  if (!isLarge(state) || at < 0 || newcomer === undefined || newcomer === self) return []
  const voters = height.voters.length
  return valuesOf(collection.heard)
    .filter((_, place) => ((place % voters) - at + voters) % voters < RELAYS)
    .flatMap((one) => (one === null || one.message.peer === newcomer ? [] : [one.message]))
    .map((message): Effect => ({ type: 'broadcast', message, to: [newcomer] }))
}
