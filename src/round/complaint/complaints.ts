import { verdictOn, withVerdict } from '../agreement/agreement.ts'
import type { ContentId, PeerId } from '../identifier.ts'
import type { Complaint } from '../message/complaint.ts'
import type { RoundState } from '../state.ts'

/** What a peer complained of in this round, and what came of it here. There is one of each peer at most. */
export interface HeardComplaint {
  readonly peer: PeerId
  readonly value: ContentId
  readonly module: string
  /** `untold`: the module could not be had to check it. */
  readonly verdict: 'checking' | 'false' | 'untold'
}

/** Whether a record waits for the check of a module that somebody complained of. */
const isContested = ({ local }: RoundState, value: ContentId): boolean =>
  local.complaints.some((one) => one.value === value && one.verdict === 'checking')

/** The state with this complaint in the place of an earlier one of its author. */
export const withComplaint = (state: RoundState, complaint: HeardComplaint): RoundState => ({
  ...state,
  local: {
    ...state.local,
    complaints: [...state.local.complaints.filter(({ peer }) => peer !== complaint.peer), complaint],
  },
})

/**
 * Whether a complaint is looked into: the first of its author in a round, and a further one about another record
 * unless the one before is still being checked or was false. So a liar costs everybody one check a round, however
 * much it says.
 */
export function isHeeded({ local, agreement }: RoundState, peer: PeerId, { value }: Complaint): boolean {
  const before = local.complaints.find((one) => one.peer === peer)
  if (before === undefined) return true
  if (before.value === value || before.verdict === 'false') return false
  const known = verdictOn(agreement, before.value)
  return before.verdict === 'untold' || known === undefined || known === 'invalid'
}

/** What our own check of a whole record has found stands only while nobody's complaint is being looked into. */
export const holdsHere = (state: RoundState, value: ContentId): RoundState => ({
  ...state,
  agreement: withVerdict(state.agreement, value, isContested(state, value) ? 'contested' : 'valid'),
})

/** The complaints about a module are answered; the record is valid again if that was the last of them. */
export function answerComplaints(
  state: RoundState,
  value: ContentId,
  module: string,
  verdict: 'false' | 'untold',
): RoundState {
  const complaints = state.local.complaints.map((one) =>
    one.value === value && one.module === module && one.verdict === 'checking' ? { ...one, verdict } : one,
  )
  const next = { ...state, local: { ...state.local, complaints } }
  return verdictOn(next.agreement, value) === 'contested' ? holdsHere(next, value) : next
}
