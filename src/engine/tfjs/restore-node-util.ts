import { createRequire } from 'node:module'

interface RemovedFunctions {
  isNullOrUndefined?: (value: unknown) => boolean
  isArray?: (value: unknown) => boolean
}

/**
 * Gives tfjs-node 4.22 what it takes from `node:util`: Node 23 removed one of them, and warns of the other.
 * It reads them when it runs, from the module's own object, so that is where they must be.
 */
export function restoreNodeUtil(): void {
  const util = createRequire(import.meta.url)('node:util') as RemovedFunctions
  util.isNullOrUndefined ??= (value) => value === null || value === undefined
  util.isArray = Array.isArray
}
