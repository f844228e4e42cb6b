import type { ContentId } from '../identifier.ts'
import type { VoteStep } from '../message/vote.ts'
import type { Agreement, Outcome } from './agreement.ts'
import { type Height, isVoter } from './height.ts'

/** Whether this peer has cast its vote of this step and view, signed or not. */
export const hasCast = (agreement: Agreement, view: number, step: VoteStep): boolean =>
  agreement.cast.some((vote) => vote.view === view && vote.step === step)

/**
 * "broadcast ⟨PREVOTE …⟩; step_p ← prevote" and the same for precommit: the step is taken by everybody, the vote is
 * cast by voters, and never twice, also if the step was already taken before a crash.
 */
export function castVote(
  height: Height,
  agreement: Agreement,
  step: VoteStep,
  value: ContentId | null,
): Outcome {
  const { view } = agreement
  const taken: Agreement = { ...agreement, step }
  if (!isVoter(height, height.self) || hasCast(agreement, view, step)) return { agreement: taken, acts: [] }
  return {
    agreement: { ...taken, cast: [...agreement.cast, { view, step }] },
    acts: [{ type: 'vote', view, step, value }],
  }
}
