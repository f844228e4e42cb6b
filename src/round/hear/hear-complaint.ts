import { verdictOn, withVerdict } from '../agreement/agreement.ts'
import { isHeeded, withComplaint } from '../complaint/complaints.ts'
import { isMember } from '../frame.ts'
import type { SignedComplaint } from '../message/complaint.ts'
import type { RoundState } from '../state.ts'
import { doing, quiet, refusal, type Step } from '../transition.ts'
import { proposedRecord } from './proposed-record.ts'

/**
 * Somebody found a module of a proposed aggregate wrong: that module is checked here too, once whoever else complains
 * of it, and until then a record that held by our own check is not voted for.
 */
export function hearComplaint(state: RoundState, { peer, body }: SignedComplaint): Step {
  if (!isMember(state, peer)) return doing(state, refusal(peer, 'complaint', 'it is not on the roster'))
  const { value, module } = body
  const record = proposedRecord(state, value)
  const verdict = verdictOn(state.agreement, value)
  if (record === null || verdict === undefined || verdict === 'invalid') return quiet(state)
  if (!isHeeded(state, peer, body)) return quiet(state)
  const same = state.local.complaints.find((one) => one.value === value && one.module === module)
  if (same?.verdict === 'false')
    return doing(withComplaint(state, { ...same, peer }), refusal(peer, 'complaint', `${module} holds`))
  const contested = verdict === 'valid' ? withVerdict(state.agreement, value, 'contested') : state.agreement
  const next = withComplaint({ ...state, agreement: contested }, { peer, value, module, verdict: 'checking' })
  if (same?.verdict === 'checking') return quiet(next)
  const { round, head } = state
  return doing(next, { type: 'verify', round, value, record, global: head.global, module })
}
