import type { Height } from '../agreement/height.ts'
import type { PeerId } from '../identifier.ts'
import { positionOf } from '../roster/roster.ts'

/** Aggregators that hear a round besides its voters: the view's, and who would take over from it. */
export const LIKELY_AGGREGATORS = 4

/**
 * Who has to hear what is said in a view: its voters, its aggregator, and the next few who would take over. Where
 * everybody votes, that is everybody.
 */
export function hearersOf(height: Height, view: number): readonly PeerId[] {
  const before = known.get(height.order)
  if (before?.view === view && before.voters === height.voters) return before.hearers
  const hearers = [...new Set([...height.voters, ...aggregatorsFrom(height, view)])]
  known.set(height.order, { voters: height.voters, view, hearers })
  return hearers
}

/** The last answer for each election order; peers of one round mostly ask about one view. */
const known = new WeakMap<
  readonly PeerId[],
  { readonly voters: readonly PeerId[]; readonly view: number; readonly hearers: readonly PeerId[] }
>()

/** The aggregators of a view and of the next few after it. */
export const aggregatorsFrom = ({ order }: Height, view: number): readonly PeerId[] =>
  Array.from({ length: Math.min(LIKELY_AGGREGATORS, order.length) }, (_, more) => view + more).map(
    (turn) => order[turn % order.length] as PeerId,
  )

export const isHearer = (height: Height, view: number, peer: PeerId): boolean =>
  positionOf(hearersOf(height, view), peer) >= 0
