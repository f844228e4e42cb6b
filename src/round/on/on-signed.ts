import { hearMessage } from '../hear/hear-message.ts'
import type { Message } from '../message/message.ts'
import { say } from '../spread/say.ts'
import type { RoundState } from '../state.ts'
import { andThen, doing, quiet, type Step } from '../transition.ts'

/** What we said is signed and durable: now it counts, and everybody may hear it. */
export function onSigned(state: RoundState, message: Message, nowMs: number): Step {
  if (message.peer !== state.self || !isOfNow(state, message)) return quiet(state)
  const own = isSide(message) ? state.own.filter((before) => !isSide(before)) : state.own
  const said = doing({ ...state, own: [...own, message] }, say(state, message, nowMs))
  return andThen(said, (now) => hearMessage(now, message, nowMs))
}

/** With whom it would go on; only its latest word counts. */
const isSide = ({ kind, body }: Message): boolean => kind === 'head' && 'side' in body

/** Whether it still matters by the time it is signed. */
function isOfNow({ round, head, finished }: RoundState, { kind, body }: Message): boolean {
  if (kind === 'head') return body.round === head.round
  if (kind === 'join' || kind === 'leave') return finished === null
  return finished === null && body.round === round
}
