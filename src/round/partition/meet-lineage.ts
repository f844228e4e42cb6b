import { noteAhead } from '../catch-up/catch-up.ts'
import { askSoon } from '../hear/hear-ahead.ts'
import type { PeerId } from '../identifier.ts'
import type { SignedHead } from '../message/membership.ts'
import type { RoundState } from '../state.ts'
import type { Step } from '../transition.ts'
import { hasMerged } from './lineage.ts'

/** Whether a head is of a record that this peer has another of. */
export const isForeignHead = ({ charter, head, lineages }: RoundState, { body }: SignedHead): boolean =>
  charter.partition === 'continue' &&
  body.round <= head.round &&
  lineages.trail.some(({ before, record }) => before.round + 1 === body.round && record !== body.record) &&
  !hasMerged(lineages.trail, body.record) &&
  lineages.mergeable?.record !== body.record

/** For how many rounds a peer of another lineage is remembered: they may be over before it has been asked. */
const REMEMBERED = 8

/** A peer of another lineage is heard: its records are asked for, from where the lineages may have parted. */
export function meetLineage(state: RoundState, peer: PeerId, nowMs: number): Step {
  const catchUp = noteAhead(state.catchUp, peer, state.round + REMEMBERED)
  return askSoon({ ...state, catchUp }, true, nowMs)
}

/** Which records are asked for: under `continue` from where another lineage may have parted, without our own. */
export function wantedRecords({ charter, lineages: { trail }, round }: RoundState) {
  if (charter.partition === 'pause') return { from: round }
  return { from: (trail[0]?.before.round ?? round - 1) + 1, known: trail.map(({ record }) => record) }
}
