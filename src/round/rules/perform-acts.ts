import { equals as sameBytes } from 'uint8arrays/equals'
import { encodeCanonical } from '../../base/canonical-cbor.ts'
import { type Act, tallyOf, verdictOn, withVerdict } from '../agreement/agreement.ts'
import { proposerOf } from '../agreement/height.ts'
import { ballotsFor } from '../agreement/tally.ts'
import { announcedBy } from '../collection/collection.ts'
import { enoughOf } from '../collection/collection-end.ts'
import type { Effect, LockProof } from '../effect.ts'
import { frameOf, isPastHardDeadline, lineageOf } from '../frame.ts'
import { proposalOf } from '../hear/proposed-record.ts'
import type { ContentId } from '../identifier.ts'
import type { Message } from '../message/message.ts'
import type { SignedProposal } from '../message/proposal.ts'
import type { VoteStep } from '../message/vote.ts'
import { withLock } from '../partition/locks.ts'
import { checkRecord } from '../record/check-record.ts'
import { timerEffect } from '../round/begin-round.ts'
import { relayToNewcomer } from '../spread/relay-to-newcomer.ts'
import type { RoundState } from '../state.ts'
import { andThen, doing, quiet, refusal, type Step, tell } from '../transition.ts'

/** What the agreement wants done, as effects of the round. */
export const performActs = (state: RoundState, acts: readonly Act[], nowMs: number): Step =>
  acts.reduce((done, act) => andThen(done, (now) => performAct(now, act, nowMs)), quiet(state))

function performAct(state: RoundState, act: Act, nowMs: number): Step {
  switch (act.type) {
    case 'vote':
      return castVote(state, act)
    case 'schedule':
      return doing(state, timerEffect(state, act.step, nowMs + timeoutMs(state, act.step, act.view)))
    case 'check':
      return checkProposal(state, act.value, nowMs)
    case 'view':
      return enterView(state, act.view, nowMs)
  }
}

function castVote(state: RoundState, { view, step, value }: Extract<Act, { type: 'vote' }>): Step {
  const { federation, round } = state
  const draft = { kind: 'vote', body: { federation, round, view, step, value, ...lineageOf(state) } } as const
  const proof = step === 'precommit' && value !== null ? lockProof(state, view, value) : null
  const continues = state.charter.partition === 'continue'
  const locked = continues ? { ...state, locks: withLock(state.locks, proof) } : state
  return doing(locked, { type: 'sign', draft, proof })
}

function lockProof({ height, agreement }: RoundState, view: number, value: ContentId): LockProof | null {
  const tally = tallyOf(height, agreement, view)
  const proposal = tally.proposals.find(({ body }) => body.value === value)
  return proposal === undefined ? null : { proposal, prevotes: ballotsFor(tally, 'prevote', value) }
}

/** timeoutPropose, timeoutPrevote and timeoutPrecommit of the paper: they grow with the view. */
function timeoutMs({ charter }: RoundState, step: 'propose' | VoteStep, view: number): number {
  const { viewMs, voteMs, viewGrowthMs } = charter.deadlines
  const baseMs = step === 'propose' ? viewMs : voteMs
  return Math.ceil(baseMs + (view * viewGrowthMs * baseMs) / viewMs)
}

/** What can be said of a record without its factors is said here; the rest is a `verify`, at once or later. */
function checkProposal(state: RoundState, value: ContentId, nowMs: number): Step {
  const proposal = proposalOf(state, value)
  if (proposal === null || verdictOn(state.agreement, value) !== 'checking') return quiet(state)
  const fits = checkRecord(frameOf(state), proposal.record)
  const reason = fits.ok ? viewMismatch(proposal) : fits.reason
  if (reason !== null) return refuseProposal(state, proposal, reason)
  if (!knowsMerged(state, proposal))
    return quiet({ ...state, agreement: withVerdict(state.agreement, value, 'unavailable') })
  return isEarly(state, proposal, nowMs)
    ? quiet(withEarly(state, value))
    : doing(state, verifyEffect(state, proposal))
}

/** A new record is of the view in which it is proposed, one proposed again of its proof's view or an earlier one. */
const viewMismatch = ({ body, record }: SignedProposal): string | null =>
  (body.validView < 0 ? record.view === body.view : record.view <= body.validView)
    ? null
    : `the record is of view ${record.view}`

function refuseProposal(state: RoundState, proposal: SignedProposal, reason: string): Step {
  const agreement = withVerdict(state.agreement, proposal.body.value, 'invalid')
  const accusation = { type: 'accuse', peer: proposal.peer, reason, evidence: [proposal] } as const
  return doing({ ...state, agreement }, refusal(proposal.peer, 'record', reason), accusation)
}

/** Only a head of a lineage that this peer has checked itself may be merged. */
const knowsMerged = (
  { lineages: { mergeable } }: RoundState,
  { record: { merged } }: SignedProposal,
): boolean => merged === null || sameBytes(encodeCanonical(merged), encodeCanonical(mergeable))

/** Before the hard deadline here, a record with fewer contributions than are enough is not believed yet. */
const isEarly = (state: RoundState, { record }: SignedProposal, nowMs: number): boolean =>
  record.contributions.length < enoughOf(state.charter, state.roster.length) &&
  !isPastHardDeadline(state, nowMs)

const withEarly = (state: RoundState, value: ContentId): RoundState => ({
  ...state,
  local: { ...state.local, early: [...state.local.early, value] },
})

export const verifyEffect = ({ round, head }: RoundState, { body, record }: SignedProposal): Effect => ({
  type: 'verify',
  round,
  value: body.value,
  record,
  global: head.global,
  module: null,
})

/** What is still worth saying again: not votes and proposals of views long past. */
const isRecent = (message: Message, view: number): boolean =>
  (message.kind !== 'vote' && message.kind !== 'proposal') || message.body.view >= view - 1

/** The view's new aggregator takes over; what it will want is fetched ahead. */
function enterView(state: RoundState, view: number, nowMs: number): Step {
  const { resendMs } = state.charter.deadlines
  const { height, self, collection } = state
  const next = { ...state, resendMs, own: state.own.filter((message) => isRecent(message, view)) }
  const from = proposerOf(height, view - 1)
  const takeover = tell({ type: 'takeover', round: state.round, view, from, to: proposerOf(height, view) })
  const wanted = proposerOf(height, view + 1) === self ? announcedBy(collection) : []
  const prefetches = wanted
    .filter(({ peer }) => peer !== self)
    .map((announcement): Effect => ({ type: 'prefetch', announcement }))
  return doing(
    next,
    takeover,
    ...prefetches,
    ...relayToNewcomer(next),
    timerEffect(next, 'resend', nowMs + resendMs),
  )
}
