import { verdictOn, withVerdict } from '../agreement/agreement.ts'
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
  if (refused === null)
    return module === null && known === 'checking'
      ? quiet({ ...state, agreement: withVerdict(state.agreement, value, 'valid') })
      : quiet(state)
  if (refused.unavailable === true) return onUnavailable(state, event, refused.reason)
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

/** It cannot be told now: nil for the time being, without a word against anybody. */
function onUnavailable(state: RoundState, { value, module }: Verified, reason: string): Step {
  if (module !== null || verdictOn(state.agreement, value) !== 'checking') return quiet(state)
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
