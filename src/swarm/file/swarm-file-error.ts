import { FlexswarmError } from '../../base/flexswarm-error.ts'

/** A swarm file that is not what it should be. */
export class SwarmFileError extends FlexswarmError<'swarm-file', { file: string; where: string }> {
  constructor(file: string, where: string, message: string) {
    super(
      'swarm-file',
      `${file}: ${where === '' ? '' : `${where}: `}${message}`,
      'Compare it with the files in peers/swarms.',
      { file, where },
    )
  }
}
