import type { Charter } from '../charter/charter.ts'
import type { Collection, CollectionEnd } from './collection.ts'

/**
 * Whether a collection ends, and why: everybody expected has contributed; or enough have and the adaptive deadline
 * is past; or the hard deadline is, with at least one.
 *
 * @param expected for each position of the roster whether its peer is waited for
 * @param elapsedMs since the round's start
 */
export function collectionEnd(
  collection: Collection,
  charter: Pick<Charter, 'contributions' | 'deadlines'>,
  expected: readonly boolean[],
  elapsedMs: number,
): CollectionEnd | null {
  const { announced, count, deadlineMs } = collection
  const enough = count >= enoughOf(charter, announced.length)
  if (enough && announced.every((message, at) => message !== null || expected[at] !== true))
    return 'everybody'
  if (enough && elapsedMs >= deadlineMs) return 'deadline'
  return count > 0 && elapsedMs >= charter.deadlines.hardMs ? 'hard-deadline' : null
}

/** How many contributions are enough: what the charter says, or the whole roster if it is smaller. */
export const enoughOf = (charter: Pick<Charter, 'contributions'>, rosterSize: number): number =>
  Math.min(charter.contributions.minimum, rosterSize)
