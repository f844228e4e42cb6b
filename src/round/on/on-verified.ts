import { verdictOn, withVerdict } from '../agreement/agreement.ts'
import { answerComplaints, holdsHere } from '../complaint/complaints.ts'
import type { Effect } from '../effect.ts'
import type { Event } from '../event.ts'
import { proposalOf } from '../hear/proposed-record.ts'
import type { RoundState } from '../state.ts'
import { doing, quiet, refusal, type Step, tell } from '../transition.ts'

type Verified = Extract<Event, { type: 'verified' }>

/**
 * The answer of valid(v). A complaint that turns out right makes a record invalid that was valid before: refusing to
 * vote is always safe.
 */
export function onVerified(state: RoundState, event: Verified): Step {
  const { round, value, module, refusal: refused } = event
  const known = verdictOn(state.agreement, value)
  if (round !== state.round || known === undefined || known === 'invalid') return quiet(state)
  if (module !== null && (refused === null || refused.unavailable === true))
    return onComplaintChecked(state, value, module, refused === null ? 'false' : 'untold')
  if (refused === null) return quiet(known === 'checking' ? holdsHere(state, value) : state)
  if (refused.unavailable === true) return onUnavailable(state, value, refused.reason)
  const next = { ...state, agreement: withVerdict(state.agreement, value, 'invalid') }
  const proposal = proposalOf(state, value)
  if (proposal === null) return quiet(next)
  const accusation: Effect = {
    type: 'accuse',
    peer: proposal.record.aggregator,
    reason: refused.reason,
    module: module ?? refused.module,
    evidence: [proposal],
  }
  const told = refusal(proposal.record.aggregator, 'record', refused.reason)
  return doing(next, told, accusation, ...complain(state, value, module ?? refused.module, refused.reason))
}

/** The module is right, or could not be had: no reason not to vote. Who complained without one has said so. */
function onComplaintChecked(
  state: RoundState,
  value: string,
  module: string,
  verdict: 'false' | 'untold',
): Step {
  const answered = state.local.complaints.filter(
    (one) => one.value === value && one.module === module && one.verdict === 'checking',
  )
  const told = verdict === 'false' ? answered : []
  return doing(
    answerComplaints(state, value, module, verdict),
    ...told.map(({ peer }) => refusal(peer, 'complaint', `${module} holds`)),
  )
}

/** It cannot be told now: nil for the time being, without a word against anybody. */
function onUnavailable(state: RoundState, value: string, reason: string): Step {
  if (verdictOn(state.agreement, value) !== 'checking') return quiet(state)
  const next = { ...state, agreement: withVerdict(state.agreement, value, 'unavailable') }
  return doing(next, tell({ type: 'waiting', round: state.round, reason: `the proposed record: ${reason}` }))
}

/** What one verifier found, everybody is asked to check. */
function complain(state: RoundState, value: string, module: string | null, reason: string): Effect[] {
  const already = state.own.some(({ kind, body }) => kind === 'complaint' && body.value === value)
  if (module === null || already) return []
  const { federation, round } = state
  const body = { federation, round, value, module, reason: reason.slice(0, 256) }
  return [{ type: 'sign', draft: { kind: 'complaint', body }, proof: null }]
}
