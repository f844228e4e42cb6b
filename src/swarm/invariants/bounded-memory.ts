import type { RoundState } from '../../round/state.ts'

/** Messages of the next round that a peer keeps: so many for each sender, and for so many who are not on the roster. */
const FUTURE_PER_SENDER = 12
const NEWCOMERS = 64
const VIEWS = 64

/**
 * Which list of a peer's state is longer than the roster and the protocol allow; null if none is. Together with the
 * limit on a message's bytes, these bounds limit a peer's memory whatever others send.
 */
export function brokenBound(state: RoundState): string | null {
  const { roster, agreement, collection, future, wishes, own, catchUp, gone, local } = state
  const n = roster.length
  const sizes: readonly (readonly [string, number, number])[] = [
    ['views in the message log', agreement.tallies.length, VIEWS],
    ['proposals of a view', Math.max(0, ...agreement.tallies.map(({ proposals }) => proposals.length)), 2],
    ['records judged', agreement.verdicts.length, 2 * VIEWS],
    ['contributions', collection.heard.size, n],
    ['messages of the next round', future.length, FUTURE_PER_SENDER * (n + NEWCOMERS)],
    ['wishes to join', wishes.joins.length, 256],
    ['wishes to leave', wishes.leaves.length, n],
    ['own messages', own.length, 8 + 3 * (agreement.view + 1)],
    ['peers ahead', catchUp.ahead.length, 8],
    ['connections gone', gone.length, 4_096],
    ['complaints', local.complaints.length, n],
    ['votes cast', agreement.cast.length, 2 * VIEWS],
  ]
  const broken = sizes.find(([, size, bound]) => size > bound)
  return broken === undefined ? null : `${broken[1]} ${broken[0]}, ${broken[2]} are allowed`
}
