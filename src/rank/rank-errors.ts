import { FlexswarmError } from '../base/flexswarm-error.ts'
import { formatBytes } from './format-bytes.ts'

/** A size of memory that is not written as a number with a unit. */
export class MemorySizeError extends FlexswarmError<'RANK_MEMORY_SIZE', { text: string }> {
  constructor(text: string) {
    super(
      'RANK_MEMORY_SIZE',
      `"${text}" is not a size of memory`,
      'Write a positive number and a unit: 512MB, 8GB (powers of 1000), 512MiB, 8GiB (powers of 1024).',
      { text },
    )
  }
}

export interface NoRankFitsEvidence {
  readonly rank: number
  readonly neededBytes: number
  readonly budgetBytes: number
}

/** Not even the smallest rank can be trained in the memory there is. */
export class NoRankFitsError extends FlexswarmError<'RANK_NONE_FITS', NoRankFitsEvidence> {
  constructor(evidence: NoRankFitsEvidence) {
    const { rank, neededBytes, budgetBytes } = evidence
    super(
      'RANK_NONE_FITS',
      `rank ${rank}, the smallest, needs ${formatBytes(neededBytes)} (${neededBytes} bytes), ` +
        `and the memory budget is ${formatBytes(budgetBytes)} (${budgetBytes} bytes)`,
      'Give training more memory, or make batches smaller or sequences shorter.',
      evidence,
    )
  }
}

/** A rank above what a module has directions for: its factors could not be independent. */
export class RankAboveModuleError extends FlexswarmError<
  'RANK_ABOVE_MODULE',
  { rank: number; largest: number; module: string }
> {
  constructor(rank: number, largest: number, module: string) {
    super(
      'RANK_ABOVE_MODULE',
      `rank ${rank} is above ${largest}, the most that ${module} has room for`,
      `Ask for rank ${largest} or less, or leave ${module} out of the target modules.`,
      { rank, largest, module },
    )
  }
}

/** A rank that the federation's ladder does not have. */
export class RankOffLadderError extends FlexswarmError<
  'RANK_OFF_LADDER',
  { rank: number; ladder: readonly number[] }
> {
  constructor(rank: number, ladder: readonly number[]) {
    super(
      'RANK_OFF_LADDER',
      `rank ${rank} is not on the ladder ${ladder.join(', ')}`,
      'Ask for a rank of the ladder, or leave the rank out and let memory decide.',
      { rank, ladder },
    )
  }
}

/** A ladder that is empty, or has something else than whole ranks above 0. */
export class RankLadderError extends FlexswarmError<'RANK_LADDER', { ladder: readonly number[] }> {
  constructor(ladder: readonly number[]) {
    super(
      'RANK_LADDER',
      `[${ladder.join(', ')}] is no ladder of ranks`,
      'List whole ranks above 0, for example 4, 8, 16, 32, 64.',
      { ladder },
    )
  }
}
