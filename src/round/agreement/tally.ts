import type { ContentId } from '../identifier.ts'
import type { SignedProposal } from '../message/proposal.ts'
import type { SignedVote, VoteStep } from '../message/vote.ts'

/** Everything heard of one view. */
export interface Tally {
  readonly view: number
  /** Of the view's proposer; two at most, of which the second proves that it lies. */
  readonly proposals: readonly SignedProposal[]
  /** The first vote of each voter, at its position. */
  readonly prevote: readonly (SignedVote | null)[]
  readonly precommit: readonly (SignedVote | null)[]
  /**
   * Later votes of voters that voted for several values. The paper's log holds every message, and a liar's vote
   * counts for each value it signed: others may have locked that value by this very vote.
   */
  readonly more: readonly SignedVote[]
  /** "For the first time" of lines 34, 36 and 47. */
  readonly prevotesTimed: boolean
  readonly locked: boolean
  readonly precommitsTimed: boolean
}

export const emptyTally = (view: number, voters: number): Tally => ({
  view,
  proposals: [],
  prevote: new Array<null>(voters).fill(null),
  precommit: new Array<null>(voters).fill(null),
  more: [],
  prevotesTimed: false,
  locked: false,
  precommitsTimed: false,
})

/** How many have voted in this step, whatever for. */
export const votesCast = (tally: Tally, step: VoteStep): number =>
  tally[step].reduce((count, vote) => (vote === null ? count : count + 1), 0)

/** How many have voted for this value (null: nil) in this step. */
export function votesFor(tally: Tally, step: VoteStep, value: ContentId | null): number {
  let count = 0
  for (const vote of tally[step]) if (vote !== null && vote.body.value === value) count++
  for (const { body } of tally.more) if (body.step === step && body.value === value) count++
  return count
}

/** The votes for a value, one of each voter at most. */
export function ballotsFor(tally: Tally, step: VoteStep, value: ContentId): readonly SignedVote[] {
  const first = tally[step].filter((vote): vote is SignedVote => vote !== null && vote.body.value === value)
  return [...first, ...tally.more.filter(({ body }) => body.step === step && body.value === value)]
}

/** How many votes of one voter in one step are kept besides its first. */
const MORE_OF_VOTER = 3

/**
 * The tally with a further, different vote of a voter. If the voter has filled its places, the value that the fewest
 * others support gives way: a value that can matter has more supporters than all liars together.
 */
export function withMore(tally: Tally, vote: SignedVote): Tally {
  const { step, value } = vote.body
  const own = tally.more.filter(({ peer, body }) => peer === vote.peer && body.step === step)
  if (own.some(({ body }) => body.value === value)) return tally
  if (own.length < MORE_OF_VOTER) return { ...tally, more: [...tally.more, vote] }
  const support = ({ body }: SignedVote) => votesFor(tally, step, body.value)
  const weakest = own.reduce((one, other) => (support(other) < support(one) ? other : one))
  if (votesFor(tally, step, value) < support(weakest)) return tally
  return { ...tally, more: [...tally.more.filter((kept) => kept !== weakest), vote] }
}
