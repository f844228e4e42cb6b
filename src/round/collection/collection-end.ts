import type { Charter } from '../charter/charter.ts'
import { valuesOf } from '../roster/places.ts'
import type { Collection, CollectionEnd } from './collection.ts'

/**
 * Whether a collection ends, and why: everybody expected has contributed; or enough have and the adaptive deadline
 * is past; or the hard deadline is, with at least one.
 *
 * @param isExpected whether the peer at a position of the roster is waited for
 * @param elapsedMs since the round's start
 */
export function collectionEnd(
  collection: Collection,
  charter: Pick<Charter, 'contributions' | 'deadlines'>,
  isExpected: (at: number) => boolean,
  elapsedMs: number,
): CollectionEnd | null {
  const { heard, count, deadlineMs } = collection
  const enough = count >= enoughOf(charter, heard.size)
  if (enough && valuesOf(heard).every((one, at) => one !== null || !isExpected(at))) return 'everybody'
  if (enough && elapsedMs >= deadlineMs) return 'deadline'
  return count > 0 && elapsedMs >= charter.deadlines.hardMs ? 'hard-deadline' : null
}

/** How many contributions are enough: what the charter says, or the whole roster if it is smaller. */
export const enoughOf = (charter: Pick<Charter, 'contributions'>, rosterSize: number): number =>
  Math.min(charter.contributions.minimum, rosterSize)
