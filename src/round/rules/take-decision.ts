import { tallyOf } from '../agreement/agreement.ts'
import { ballotsFor } from '../agreement/tally.ts'
import { lineageOf } from '../frame.ts'
import { proposedRecord } from '../hear/proposed-record.ts'
import type { Certificate } from '../record/certificate.ts'
import { advance } from '../round/advance.ts'
import type { RoundState } from '../state.ts'
import type { RoundRule } from '../transition.ts'

/** Lines 51–54: what was decided becomes a certified record, and the next round begins. */
export const takeDecision: RoundRule = (state, nowMs) => {
  const certificate = certificateOf(state)
  const record = certificate === null ? null : proposedRecord(state, certificate.record)
  if (certificate === null || record === null) return null
  return advance(state, { record, certificate }, false, nowMs)
}

/** The quorum of precommits that decided, as others can check it. */
function certificateOf(state: RoundState): Certificate | null {
  const { agreement, height, federation, round } = state
  const { decided } = agreement
  if (decided === null) return null
  const precommits = ballotsFor(tallyOf(height, agreement, decided.view), 'precommit', decided.value)
  return {
    v: 1,
    kind: 'certificate',
    federation,
    round,
    view: decided.view,
    record: decided.value,
    ...lineageOf(state),
    signatures: precommits.map(({ peer, signature }) => ({ peer, signature })),
  }
}
