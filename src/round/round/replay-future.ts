import { hearMessage } from '../hear/hear-message.ts'
import { workingRound } from '../hear/working-round.ts'
import type { RoundState } from '../state.ts'
import { andThen, quiet, type Step } from '../transition.ts'

/** Hears the messages that had come for the round that has just begun. */
export function replayFuture(state: RoundState, nowMs: number): Step {
  const due = state.future.filter((message) => workingRound(message) === state.round)
  return due.reduce(
    (done, message) => andThen(done, (now) => hearMessage(now, message, nowMs)),
    quiet({ ...state, future: [] }),
  )
}
