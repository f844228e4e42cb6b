import type { Charter } from '../charter/charter.ts'
import { isMember } from '../frame.ts'
import type { RoundState } from '../state.ts'

/** Whether a round comes after the charter's last one. There is one only to merge another lineage's head. */
export const isAfterLast = ({ rounds }: Pick<Charter, 'rounds'>, round: number): boolean => round > rounds

/** Whether a peer that has all rounds has yet to take part in one more, for another lineage's sake. */
export const hasToMerge = (state: RoundState): boolean =>
  state.finished === 'rounds' && state.lineages.mergeable !== null && isMember(state, state.self)
