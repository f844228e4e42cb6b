import type { RoundRecord } from '../round/record/record.ts'
import type { Store } from '../store/store.ts'
import { recordOf } from './keep-record.ts'

/** The blobs that a record speaks of: factors of the contributions, of those left out, and the global ones. */
export function bodiesOf({ contributions, exclusions, global, merged }: RoundRecord): Set<string> {
  const announced = [
    ...contributions.map(({ body }) => body),
    ...exclusions.flatMap((one) => one.announced?.body ?? []),
  ]
  return new Set([
    ...announced.map(({ body }) => body),
    global.body,
    ...(merged === null ? [] : [merged.global.body]),
  ])
}

/**
 * Deletes the factors of the round that falls out of the newest `keepRounds`, unless a later one speaks of them too.
 * Records and certificates stay: a round without its factors can still be checked, all but its arithmetic.
 */
export async function forgetBodies(store: Store, keepRounds: number, maxPeers: number): Promise<void> {
  const newest = store.lastRecord()?.height ?? 0
  const oldest = store.recordAt(newest - keepRounds)
  if (oldest === undefined) return
  const later = store
    .recordsFrom(oldest.height + 1, keepRounds)
    .map((stored) => recordOf(stored, maxPeers).record)
  const needed = new Set(later.flatMap((record) => [...bodiesOf(record)]))
  for (const body of bodiesOf(recordOf(oldest, maxPeers).record))
    if (!needed.has(body)) await store.deleteBlob(body)
}
