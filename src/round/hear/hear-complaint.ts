import { verdictOn } from '../agreement/agreement.ts'
import { isMember } from '../frame.ts'
import type { SignedComplaint } from '../message/complaint.ts'
import type { RoundState } from '../state.ts'
import { doing, quiet, refusal, type Step } from '../transition.ts'
import { proposedRecord } from './proposed-record.ts'

/** How many complaints about a round are looked into. */
const MOST_COMPLAINTS = 64

/** Somebody found a module of a proposed aggregate wrong: check that module, once for each complainer. */
export function hearComplaint(state: RoundState, { peer, body }: SignedComplaint): Step {
  if (!isMember(state, peer)) return doing(state, refusal(peer, 'complaint', 'it is not on the roster'))
  const record = proposedRecord(state, body.value)
  const verdict = verdictOn(state.agreement, body.value)
  if (record === null || verdict === undefined || verdict === 'invalid') return quiet(state)
  const complaint = `${peer}/${body.value}`
  const { complaints } = state.local
  if (complaints.includes(complaint) || complaints.length >= MOST_COMPLAINTS) return quiet(state)
  const next = { ...state, local: { ...state.local, complaints: [...complaints, complaint] } }
  return doing(next, {
    type: 'verify',
    round: state.round,
    value: body.value,
    record,
    global: state.head.global,
    module: body.module,
  })
}
