import { stillAhead } from '../catch-up/catch-up.ts'
import { wantedRecords } from '../partition/meet-lineage.ts'
import type { RoundState } from '../state.ts'
import { doing, quiet, type Step } from '../transition.ts'
import { timerEffect } from './begin-round.ts'

/** How long an answer is waited for, in pauses of `resendMs`, before others are asked. */
const PATIENCE = 4

/** Some peers are still ahead: asks them for what is missing, and looks again later. */
export function askForRecords(state: RoundState, nowMs: number): Step {
  const catchUp = { ...stillAhead(state.catchUp, state.round), waiting: false }
  const { ahead } = catchUp
  if (ahead.length === 0) return quiet({ ...state, catchUp })
  const next = { ...state, catchUp: { ...catchUp, waiting: true } }
  return doing(
    next,
    { type: 'fetch-records', ...wantedRecords(state), peers: ahead.map(({ peer }) => peer) },
    timerEffect(next, 'catch-up', nowMs + PATIENCE * state.charter.deadlines.resendMs),
  )
}
