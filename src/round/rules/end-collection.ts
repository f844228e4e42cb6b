import { tallyOf } from '../agreement/agreement.ts'
import { proposerOf } from '../agreement/height.ts'
import { openFirstView } from '../agreement/start-view.ts'
import { votesCast } from '../agreement/tally.ts'
import type { CollectionEnd } from '../collection/collection.ts'
import { collectionEnd, enoughOf } from '../collection/collection-end.ts'
import { isGone } from '../frame.ts'
import { peersOf } from '../roster/roster.ts'
import type { RoundState } from '../state.ts'
import { andThen, doing, type RoundRule, tell } from '../transition.ts'
import { performActs } from './perform-acts.ts'

/** The collection has all it waits for, so the first view's proposer may be expected to propose. */
export const endCollection: RoundRule = (state, nowMs) => {
  if (state.collection.ended !== null) return null
  const ended = reasonToEnd(state, nowMs)
  if (ended === null) return null
  const { agreement, acts } = openFirstView(state.height, state.agreement)
  const next: RoundState = { ...state, agreement, collection: { ...state.collection, ended } }
  const { count, heard } = state.collection
  const progress = tell({ type: 'collected', round: state.round, count, of: heard.size, why: ended })
  return andThen(doing(next, progress), (now) => performActs(now, acts, nowMs))
}

function reasonToEnd(state: RoundState, nowMs: number): CollectionEnd | null {
  if (state.agreement.view > 0) return 'takeover'
  if (isOverElsewhere(state)) return 'others'
  const { collection, charter } = state
  const elapsedMs = nowMs - state.startedMs
  // The common cases first: with a thousand peers this is looked at for each of their announcements.
  const { heard, count, deadlineMs } = collection
  const enough = count >= enoughOf(charter, heard.size)
  if (!enough && elapsedMs < charter.deadlines.hardMs) return null
  if (heard.size - count > state.gone.length && elapsedMs < deadlineMs) return null
  const peers = peersOf(state.roster)
  const isExpected = (at: number) => !isGone(state, peers[at] ?? '', nowMs)
  return collectionEnd(collection, charter, isExpected, elapsedMs)
}

/**
 * So many have voted that the vote of this peer makes a quorum. One that was started again knows neither who is gone
 * nor how long anybody takes, and the others, whose aggregator is dead, would wait until its first deadline. The
 * aggregator itself goes on: it is the one who needs the contributions.
 */
function isOverElsewhere({ height, agreement, self }: RoundState): boolean {
  if (agreement.tallies.length === 0 || proposerOf(height, 0) === self) return false
  return votesCast(tallyOf(height, agreement, 0), 'prevote') >= height.quorum - 1
}
