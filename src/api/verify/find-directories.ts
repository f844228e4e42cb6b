import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { FlexswarmError } from '../../base/flexswarm-error.ts'
import { isPeerDirectory } from '../../store/kept-directory.ts'

/** How far below a run's directory its peers' are looked for. */
const DEPTH = 3

/** There is nothing to verify. */
export class NoPeerDirectoryError extends FlexswarmError<'VERIFY_NOTHING_THERE', { directory: string }> {
  constructor(directory: string) {
    super(
      'VERIFY_NOTHING_THERE',
      isDirectory(directory)
        ? `No peer keeps anything in ${directory} or below it.`
        : `There is no directory ${directory}.`,
      'Name the directory of a peer (the one that holds store.sqlite), or of a run with several peers.',
      { directory },
    )
  }
}

/**
 * The directories of peers: this one, or those below it, in the order of their names.
 *
 * @throws {NoPeerDirectoryError}
 */
export function findPeerDirectories(directory: string): readonly string[] {
  const found = isDirectory(directory) ? below(directory, DEPTH) : []
  if (found.length === 0) throw new NoPeerDirectoryError(directory)
  return found
}

const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

function below(directory: string, depth: number): string[] {
  if (isPeerDirectory(directory)) return [directory]
  if (depth === 0) return []
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(directory, name))
    .sort()
    .flatMap((child) => below(child, depth - 1))
}
