import { isPastHardDeadline } from '../frame.ts'
import { proposalOf } from '../hear/proposed-record.ts'
import type { RoundRule } from '../transition.ts'
import { verifyEffect } from './perform-acts.ts'

/** The hard deadline is past here: records that were early are so no more. */
export const resumeChecks: RoundRule = (state, nowMs) => {
  const { early } = state.local
  if (!isPastHardDeadline(state, nowMs) || early.length === 0) return null
  const effects = early
    .map((value) => proposalOf(state, value))
    .filter((proposal) => proposal !== null)
    .map((proposal) => verifyEffect(state, proposal))
  return { state: { ...state, local: { ...state.local, early: [] } }, effects }
}
