import { FlexswarmError } from '../base/flexswarm-error.ts'
import { lineOf } from '../base/line-of.ts'
import type { SwarmFile } from '../swarm/file/swarm-file.ts'
import { isRealLie, REAL_LIES } from './lies/real-lies.ts'

/** Something in a swarm file that processes on one machine cannot do. */
export class NotWithProcessesError extends FlexswarmError<
  'SWARM_NOT_WITH_PROCESSES',
  { file: string; line: number | null; where: string }
> {
  constructor(file: string, line: number | null, where: string, why: string) {
    super(
      'SWARM_NOT_WITH_PROCESSES',
      `${file}${line === null ? '' : `, line ${line}`}: ${why}`,
      'Run it without --real, in virtual time, or take this line out.',
      { file, line, where },
    )
  }
}

interface Impossible {
  readonly path: readonly (string | number)[]
  readonly why: string
}

/**
 * Refuses a swarm file that cannot be run with processes.
 *
 * @param text the file's text, for the line
 * @throws {NotWithProcessesError}
 */
export function refuseImpossible(described: SwarmFile, text: string, file: string): void {
  const [first] = impossible(described)
  if (first === undefined) return
  const { path, why } = first
  throw new NotWithProcessesError(file, lineOf(text, path), path.join('.'), why)
}

function impossible({ peers }: SwarmFile): Impossible[] {
  const out: Impossible[] = []
  for (const [at, { lie }] of peers.entries())
    if (lie !== undefined && !isRealLie(lie))
      out.push({
        path: ['peers', at, 'lie'],
        why: `a process cannot tell the lie "${lie}", only ${REAL_LIES.join(', ')}`,
      })
  return out
}
