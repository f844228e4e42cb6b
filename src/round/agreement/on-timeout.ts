import type { VoteStep } from '../message/vote.ts'
import type { Agreement, Outcome } from './agreement.ts'
import { castVote } from './cast-vote.ts'
import type { Height } from './height.ts'
import { startView } from './start-view.ts'

/** Lines 57–67: a deadline of this height has passed; one of another view or step means nothing any more. */
export function onTimeout(
  height: Height,
  agreement: Agreement,
  step: 'propose' | VoteStep,
  view: number,
): Outcome {
  if (view !== agreement.view) return { agreement, acts: [] }
  if (step === 'precommit') return startView(height, agreement, view + 1) // lines 65–67
  if (step !== agreement.step) return { agreement, acts: [] }
  // lines 57–60 and 61–64
  return castVote(height, agreement, step === 'propose' ? 'prevote' : 'precommit', null)
}
