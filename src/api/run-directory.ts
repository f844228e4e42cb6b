import { existsSync, readdirSync } from 'node:fs'
import { FlexswarmError } from '../base/flexswarm-error.ts'

/** The place where a run should go holds something already. */
export class RunDirectoryError extends FlexswarmError<
  'RUN_DIRECTORY_OCCUPIED',
  { directory: string; found: string }
> {
  constructor(directory: string, found: string) {
    super(
      'RUN_DIRECTORY_OCCUPIED',
      `${directory} is not used: it holds ${found} already`,
      'Name a new or an empty directory with --out. To go on with a demo, start its peers: flexswarm peer FILE.',
      { directory, found },
    )
  }
}

/** @throws {RunDirectoryError} where the directory holds anything */
export function checkRunDirectory(directory: string): void {
  if (!existsSync(directory)) return
  const [found] = readdirSync(directory)
  if (found !== undefined) throw new RunDirectoryError(directory, found)
}
