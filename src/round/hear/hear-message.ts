import type { Message } from '../message/message.ts'
import { meetAwaited } from '../partition/awaited.ts'
import { hearSplit } from '../partition/hear-split.ts'
import { isForeignHead, meetLineage } from '../partition/meet-lineage.ts'
import { placeAt, withPlace } from '../roster/places.ts'
import { peersOf, positionOf } from '../roster/roster.ts'
import type { RoundState } from '../state.ts'
import { quiet, refusal, type Step } from '../transition.ts'
import { hearProposal, hearVote } from './hear-agreement.ts'
import { hearAhead, withFuture } from './hear-ahead.ts'
import { hearAnnouncement } from './hear-announcement.ts'
import { hearBehind } from './hear-behind.ts'
import { hearComplaint } from './hear-complaint.ts'
import { hearJoin, hearLeave } from './hear-wish.ts'
import { workingRound } from './working-round.ts'

/** A message whose signatures hold, from another peer or of our own; nothing else about it is believed. */
export function hearMessage(state: RoundState, message: Message, nowMs: number): Step {
  if (message.body.federation !== state.federation)
    return { state, effects: [refusal(message.peer, message.kind, 'it is of another federation')] }
  if (message.kind === 'join') return hearJoin(state, message)
  if (message.kind === 'leave') return hearLeave(state, message)
  const round = workingRound(message)
  if (round > state.round) return hearAhead(state, message, nowMs)
  if (message.kind === 'head' && isForeignHead(state, message)) return meetLineage(state, message.peer, nowMs)
  if (round < state.round) return hearBehind(state, message, nowMs)
  return hearNow(withPresent(state, message.peer), message, nowMs)
}

function hearNow(state: RoundState, message: Message, nowMs: number): Step {
  if (message.kind !== 'head' && state.finished !== null) return quiet(keepForLater(state, message))
  switch (message.kind) {
    case 'announcement':
      return hearAnnouncement(state, message, nowMs)
    case 'proposal':
      return hearProposal(state, message)
    case 'vote':
      return hearVote(state, message)
    case 'complaint':
      return hearComplaint(state, message)
    case 'head':
      return hearSplit(meetAwaited(state, message), message)
    case 'join':
    case 'leave':
      return quiet(state)
  }
}

/** Others may have begun a round to merge a lineage that this peer has not met yet (`mergeAfterLast`). */
const keepForLater = (state: RoundState, message: Message): RoundState =>
  'previous' in message.body && message.body.previous === state.head.record && state.finished === 'rounds'
    ? { ...state, future: withFuture(state, message) }
    : state

function withPresent(state: RoundState, peer: string): RoundState {
  const at = positionOf(peersOf(state.roster), peer)
  return placeAt(state.present, at) === false
    ? { ...state, present: withPlace(state.present, at, true) }
    : state
}
