import { FlexswarmError } from '../../base/flexswarm-error.ts'

/** A swarm file that is not what it should be. */
export class SwarmFileError extends FlexswarmError<
  'SWARM_FILE',
  { file: string; line: number | null; where: string }
> {
  /** @param where the field, such as `peers.0.count`; empty where the text is no YAML */
  constructor(file: string, line: number | null, where: string, message: string) {
    const place = [line === null ? '' : `line ${line}`, where].filter((part) => part !== '').join(', ')
    super(
      'SWARM_FILE',
      `${file}: ${place === '' ? '' : `${place}: `}${message}`,
      'Compare it with the files in peers/swarms.',
      { file, line, where },
    )
  }
}
