import { onTimeout } from '../agreement/on-timeout.ts'
import type { Timer } from '../effect.ts'
import { askForRecords } from '../round/ask-for-records.ts'
import { timerEffect } from '../round/begin-round.ts'
import { sayAgain } from '../round/say-again.ts'
import { performActs } from '../rules/perform-acts.ts'
import type { RoundState } from '../state.ts'
import { andThen, doing, quiet, type Step } from '../transition.ts'

/** A time has come. Timers of another round mean nothing any more. */
export function onTimer(state: RoundState, timer: Timer, nowMs: number): Step {
  if (timer.name === 'catch-up') return askForRecords(state, nowMs)
  if (timer.name === 'gone') return quiet(state)
  if (timer.round !== state.round) return quiet(state)
  switch (timer.name) {
    case 'collect':
      return onCollectionDeadline(state, nowMs)
    case 'resend':
      return sayAgain(state, nowMs)
    case 'adopt':
      return adoptAgain(state)
    case 'propose':
    case 'prevote':
    case 'precommit': {
      if (state.finished !== null || state.yieldingMs !== null) return quiet(state)
      const outcome = onTimeout(state.height, state.agreement, timer.name, timer.view)
      return andThen(quiet({ ...state, agreement: outcome.agreement }), (now) =>
        performActs(now, outcome.acts, nowMs),
      )
    }
  }
}

/** The rules look at the time; here the next time to look is set. */
function onCollectionDeadline(state: RoundState, nowMs: number): Step {
  const hardMs = state.startedMs + state.charter.deadlines.hardMs
  if (nowMs >= hardMs) return quiet(state)
  return doing(state, timerEffect(state, 'collect', hardMs))
}

function adoptAgain(state: RoundState): Step {
  const { round, record, global } = state.head
  if (state.local.adopted || global === null) return quiet(state)
  return doing(state, { type: 'adopt', round, record, global })
}
