import type { Effect } from '../effect.ts'
import type { PeerId } from '../identifier.ts'
import type { Message } from '../message/message.ts'
import { peersOf } from '../roster/roster.ts'
import type { RoundState } from '../state.ts'
import { handfulOf } from './handful.ts'
import { aggregatorsFrom, hearersOf, isHearer } from './hearers.ts'

/** Whether the roster is so large that a committee votes: what is said then goes to those whom it concerns. */
export const isLarge = ({ height, roster }: RoundState): boolean => height.voters.length < roster.length

/**
 * Says a message for the first time. Where everybody votes, everybody hears it. In a large roster the round's hearers
 * do, and news of a certified record goes besides to a handful, each of whom tells a handful more as soon as it has
 * the record: that reaches all in some log₈(n) steps. Nobody else needs to hear it, and who comes to need it is told
 * then (`relayToNewcomer`) or asks (`fetch-records`).
 */
export const say = (state: RoundState, message: Message, nowMs: number): Effect =>
  broadcast(message, isLarge(state) ? firstHearers(state, message, nowMs) : null)

/** Says a message again: in a large roster to those who need it most, and each time to another handful. */
export const repeat = (state: RoundState, message: Message, nowMs: number): Effect =>
  broadcast(message, isLarge(state) ? laterHearers(state, message, nowMs) : null)

/** Says a message because of one peer: in a large roster to that one alone. */
export const tellPeer = (state: RoundState, message: Message, peer: PeerId): Effect =>
  broadcast(message, isLarge(state) ? [peer] : null)

const broadcast = (message: Message, to: readonly PeerId[] | null): Effect =>
  to === null ? { type: 'broadcast', message } : { type: 'broadcast', message, to }

/** A word that everybody has to hear, however many they are: would one go on alone, and who has finished and votes. */
const isForAll = ({ height, finished, self }: RoundState, { kind, body }: Message): boolean =>
  kind === 'head' && ('side' in body || (finished !== null && height.voters.includes(self)))

function firstHearers(state: RoundState, message: Message, nowMs: number): readonly PeerId[] | null {
  if (isForAll(state, message)) return null
  const hearers = hearersOf(state.height, state.agreement.view)
  if (message.kind !== 'head') return hearers
  return [...new Set([...hearers, ...handfulOf(peersOf(state.roster), lotOf(state, nowMs))])]
}

/** Votes and proposals are still for all hearers; what is for the aggregator needs only a few of the others. */
function laterHearers(state: RoundState, message: Message, nowMs: number): readonly PeerId[] | null {
  const { height, agreement, roster } = state
  if (message.kind === 'head' && 'side' in message.body) return null
  const { view } = agreement
  const hearers = hearersOf(height, view)
  if (message.kind === 'vote' || message.kind === 'proposal' || message.kind === 'complaint') return hearers
  const lot = lotOf(state, nowMs)
  const some = [...aggregatorsFrom(height, view), ...handfulOf(hearers, `${lot}/hearers`)]
  const others = message.kind === 'head' ? handfulOf(peersOf(roster), lot) : []
  return [...new Set([...some, ...others])]
}

const lotOf = ({ head, self }: RoundState, nowMs: number): string => `${head.record}/spread/${self}/${nowMs}`

/** Whether this peer follows a large roster's round from afar: it does not vote, and is not to aggregate soon. */
export const isFollower = (state: RoundState): boolean =>
  isLarge(state) && !isHearer(state.height, state.agreement.view, state.self)
