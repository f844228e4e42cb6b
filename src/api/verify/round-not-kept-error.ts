import { FlexswarmError } from '../../base/flexswarm-error.ts'

/** The round that was asked for is in none of the directories. */
export class RoundNotKeptError extends FlexswarmError<
  'VERIFY_NO_SUCH_ROUND',
  { directory: string; round: number }
> {
  constructor(directory: string, round: number) {
    super(
      'VERIFY_NO_SUCH_ROUND',
      `No peer in ${directory} keeps a record of round ${round}.`,
      'Leave --round out to see which rounds there are.',
      { directory, round },
    )
  }
}
