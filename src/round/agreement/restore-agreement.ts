import type { LockProof } from '../effect.ts'
import type { SignedProposal } from '../message/proposal.ts'
import type { SignedVote } from '../message/vote.ts'
import { type Agreement, withVerdict } from './agreement.ts'
import { hearProposal, hearVote } from './hear.ts'
import type { Height } from './height.ts'

/** What a peer had signed at a height before it stopped, and what it had kept with its votes. */
export interface KeptBallot {
  readonly message: SignedProposal | SignedVote
  readonly proof: LockProof | null
}

/**
 * The agreement of a peer that stopped and comes back: in the last view that it voted or proposed in, past the steps
 * that it had taken, locked on what it last precommitted, with the proof of that lock in its log again.
 */
export function restoreAgreement(height: Height, blank: Agreement, kept: readonly KeptBallot[]): Agreement {
  const view = kept.reduce((latest, { message }) => Math.max(latest, message.body.view), 0)
  const there: Agreement = { ...blank, view, open: view > 0 }
  return kept.reduce((agreement, ballot) => restoreBallot(height, agreement, ballot), there)
}

function restoreBallot(height: Height, agreement: Agreement, { message, proof }: KeptBallot): Agreement {
  const proven = proof === null ? agreement : restoreLock(height, agreement, proof)
  if (message.kind === 'proposal') {
    const heard = hearProposal(height, proven, message).agreement
    return withVerdict(heard, message.body.value, 'valid')
  }
  const { view, step } = message.body
  const heard = hearVote(height, proven, message).agreement
  const cast = { ...heard, cast: [...heard.cast, { view, step }] }
  const takesStep = view === agreement.view && agreement.step !== 'precommit'
  return takesStep ? { ...cast, step } : cast
}

/** A precommit was cast on this proof: its value is locked and valid, unless a later one is. */
export function restoreLock(
  height: Height,
  agreement: Agreement,
  { proposal, prevotes }: LockProof,
): Agreement {
  const { view, value } = proposal.body
  const logged = prevotes.reduce(
    (log, vote) => hearVote(height, log, vote).agreement,
    hearProposal(height, agreement, proposal).agreement,
  )
  const checked = withVerdict(logged, value, 'valid')
  if (agreement.locked !== null && agreement.locked.view >= view) return checked
  return { ...checked, locked: { view, value }, valid: { view, value } }
}
