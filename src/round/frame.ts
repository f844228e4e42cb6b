import { apartFrom } from './partition/side.ts'
import type { RecordFrame } from './record/check-record.ts'
import { placeAt } from './roster/places.ts'
import { peersOf, positionOf } from './roster/roster.ts'
import type { RoundState } from './state.ts'

/** What the round's record must follow from. */
export const frameOf = ({
  charter,
  federation,
  round,
  head,
  roster,
  height,
  side,
}: RoundState): RecordFrame => ({
  charter,
  federation,
  round,
  previous: head.record,
  roster,
  order: height.order,
  apart: side === null ? [] : apartFrom(side.full, side.proof.side),
  departed: head.departed,
})

/** What votes and proposals say of the record that the round follows: nothing while there can be only one. */
export const lineageOf = ({ charter, head }: RoundState): { readonly previous?: string } =>
  charter.partition === 'continue' ? { previous: head.record } : {}

/** Whether a peer is on the round's roster. */
export const isMember = ({ roster }: RoundState, peer: string): boolean =>
  positionOf(peersOf(roster), peer) >= 0

/** Whether a connection has been gone for longer than a hiccup: the charter's shortest deadline. */
export const isGone = ({ gone, charter }: RoundState, peer: string, nowMs: number): boolean =>
  gone.some((one) => one.peer === peer && nowMs - one.sinceMs >= charter.deadlines.minimumMs)

/** Whether the round has lasted so long here that it goes on with whatever contributions there are. */
export const isPastHardDeadline = ({ startedMs, charter }: RoundState, nowMs: number): boolean =>
  nowMs - startedMs >= charter.deadlines.hardMs

/** Whether anything was heard from a peer in this round. */
export const isPresent = ({ present, roster }: RoundState, peer: string): boolean =>
  placeAt(present, positionOf(peersOf(roster), peer)) === true
