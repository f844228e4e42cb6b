import type { ContentId } from '../identifier.ts'
import type { VoteStep } from '../message/vote.ts'
import type { Height } from './height.ts'
import { emptyTally, type Tally } from './tally.ts'

/** A value and the view in which it was locked, became valid, or was decided. */
export interface Held {
  readonly view: number
  readonly value: ContentId
}

/** What valid(v) says of a value so far; a value without a verdict has not been looked at. */
export interface Verdict {
  readonly value: ContentId
  /**
   * `contested`: it held here, but somebody's complaint is being looked into; timeouts run meanwhile.
   * `unavailable`: what is needed to tell cannot be had just now; nil is voted, and it is looked at again later.
   */
  readonly verdict: 'checking' | 'valid' | 'contested' | 'invalid' | 'unavailable'
}

/**
 * The variables of Tendermint's algorithm 1 (arXiv 1807.04938) for one height; the paper's round is our view.
 * Values are records' CIDs. Null stands for the paper's nil and −1.
 */
export interface Agreement {
  /** round_p */
  readonly view: number
  /** step_p */
  readonly step: 'propose' | VoteStep
  /** lockedValue_p, lockedRound_p */
  readonly locked: Held | null
  /** validValue_p, validRound_p */
  readonly valid: Held | null
  /** decision_p[h_p] */
  readonly decided: Held | null
  /** The message log, by view. */
  readonly tallies: readonly Tally[]
  readonly verdicts: readonly Verdict[]
  /** The latest view that each voter was heard from. */
  readonly latest: readonly number[]
  /** Votes that this peer has cast, whether or not they are signed yet: it casts none twice. */
  readonly cast: readonly { readonly view: number; readonly step: VoteStep }[]
  /** False until the proposer of view 0 may be expected to propose: the collection lasts. */
  readonly open: boolean
}

/** What the agreement wants done. */
export type Act =
  /** broadcast ⟨PREVOTE or PRECOMMIT, h_p, view, value⟩ */
  | {
      readonly type: 'vote'
      readonly view: number
      readonly step: VoteStep
      readonly value: ContentId | null
    }
  /** schedule OnTimeoutPropose, OnTimeoutPrevote or OnTimeoutPrecommit(h_p, view) */
  | { readonly type: 'schedule'; readonly step: 'propose' | VoteStep; readonly view: number }
  /** find out valid(v) */
  | { readonly type: 'check'; readonly value: ContentId }
  /** StartRound(view) has begun */
  | { readonly type: 'view'; readonly view: number }

export interface Outcome {
  readonly agreement: Agreement
  readonly acts: readonly Act[]
}

/** One "upon" of the algorithm: what it does, or null while its condition does not hold. */
export type Rule = (height: Height, agreement: Agreement) => Outcome | null

/** Lines 1–10. */
export const initialAgreement = (height: Height): Agreement => ({
  view: 0,
  step: 'propose',
  locked: null,
  valid: null,
  decided: null,
  tallies: [],
  verdicts: [],
  latest: new Array<number>(height.voters.length).fill(-1),
  cast: [],
  open: false,
})

/** What was heard of a view; an empty tally if nothing was. */
export const tallyOf = (height: Height, agreement: Agreement, view: number): Tally =>
  agreement.tallies.find((tally) => tally.view === view) ?? emptyTally(view, height.voters.length)

/** The agreement with this tally in the place of the one of its view. */
export const withTally = (agreement: Agreement, tally: Tally): Agreement => ({
  ...agreement,
  tallies: [...agreement.tallies.filter(({ view }) => view !== tally.view), tally],
})

/** What valid(v) says: undefined if it was never asked. */
export const verdictOn = (agreement: Agreement, value: ContentId): Verdict['verdict'] | undefined =>
  agreement.verdicts.find((verdict) => verdict.value === value)?.verdict

/** Whether nil must be voted for a value: valid(v) is false, or cannot be told in time. */
export const isRefused = (verdict: Verdict['verdict'] | undefined): boolean =>
  verdict === 'invalid' || verdict === 'unavailable'

/** The agreement without the verdicts that could not be reached, so that they are asked for again. */
export const askAgain = (agreement: Agreement): Agreement =>
  agreement.verdicts.some(({ verdict }) => verdict === 'unavailable')
    ? { ...agreement, verdicts: agreement.verdicts.filter(({ verdict }) => verdict !== 'unavailable') }
    : agreement

export const withVerdict = (
  agreement: Agreement,
  value: ContentId,
  verdict: Verdict['verdict'],
): Agreement => ({
  ...agreement,
  verdicts: [...agreement.verdicts.filter((known) => known.value !== value), { value, verdict }],
})
