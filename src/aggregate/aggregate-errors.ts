import { FlexswarmError } from '../base/flexswarm-error.ts'

/** Nothing to take the mean of. */
export class NoContributionsError extends FlexswarmError<'AGGREGATE_EMPTY'> {
  constructor() {
    super('AGGREGATE_EMPTY', 'there is no contribution to aggregate', 'Give at least one adapter.', {})
  }
}

/** A contribution that cannot enter the mean: not finite, no samples, twice the same peer. */
export class InvalidContributionError extends FlexswarmError<
  'AGGREGATE_CONTRIBUTION_INVALID',
  { peer: string; reason: string }
> {
  constructor(peer: string, reason: string) {
    super(
      'AGGREGATE_CONTRIBUTION_INVALID',
      `the contribution of ${peer} cannot be aggregated: ${reason}`,
      'Leave this contribution out, or train it again.',
      { peer, reason },
    )
  }
}

/** Contributions that were trained on different modules or models. */
export class ContributionMismatchError extends FlexswarmError<
  'AGGREGATE_CONTRIBUTIONS_DIFFER',
  { peer: string; module: string; reason: string }
> {
  constructor(peer: string, module: string, reason: string) {
    super(
      'AGGREGATE_CONTRIBUTIONS_DIFFER',
      `${peer} does not fit the other contributions: ${module} ${reason}`,
      'Aggregate only adapters of one base model with the same target modules.',
      { peer, module, reason },
    )
  }
}

/** A strategy that cannot do what the charter asks. */
export class StrategyRefusedError extends FlexswarmError<
  'AGGREGATE_STRATEGY_REFUSED',
  { strategy: string; reason: string }
> {
  constructor(strategy: string, reason: string) {
    super(
      'AGGREGATE_STRATEGY_REFUSED',
      `strategy ${strategy} cannot aggregate this: ${reason}`,
      'Give what this strategy asks for, or choose another: flexlora takes ranks of all kinds, and any weights.',
      { strategy, reason },
    )
  }
}

/** The rank asked for does not fit a module. */
export class AggregateRankError extends FlexswarmError<
  'AGGREGATE_RANK_INVALID',
  { module: string; rank: number; maximum: number }
> {
  constructor(module: string, rank: number, maximum: number) {
    super(
      'AGGREGATE_RANK_INVALID',
      `rank ${rank} does not fit ${module}: it must be a whole number from 1 to ${maximum}`,
      `Ask for a rank of at most ${maximum}.`,
      { module, rank, maximum },
    )
  }
}

/** A mean that float32 cannot hold, though every contribution to it can be written. */
export class AggregateOverflowError extends FlexswarmError<'AGGREGATE_OVERFLOW', { module: string }> {
  constructor(module: string) {
    super(
      'AGGREGATE_OVERFLOW',
      `the mean of ${module} is too large for float32`,
      'Leave out the contribution whose factors are this large: no training ends there.',
      { module },
    )
  }
}
