import { FlexswarmError } from '../base/flexswarm-error.ts'

/** A federation whose file names nobody to begin with. */
export class NoFoundersError extends FlexswarmError<'NO_FOUNDERS', { federation: string }> {
  constructor(federation: string, peerFile: string) {
    super(
      'NO_FOUNDERS',
      `${federation} lists no founders, so no round can begin.`,
      `Print every founder's peer id with "flexswarm id ${peerFile}" and list them under "founders"; all peers need the same list.`,
      { federation },
    )
  }
}
