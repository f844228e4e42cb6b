import type { AnnouncementMessage } from '../message/message.ts'

/** Why a collection ended. */
export type CollectionEnd = 'everybody' | 'deadline' | 'hard-deadline' | 'takeover' | 'others'

/** The contributions announced in a round. */
export interface Collection {
  /** At their author's position on the roster. */
  readonly announced: readonly (AnnouncementMessage | null)[]
  /** When each was heard, in milliseconds after the round's start here. */
  readonly afterMs: readonly (number | null)[]
  readonly count: number
  /** The adaptive deadline, in milliseconds after the round's start. */
  readonly deadlineMs: number
  /** Null while it lasts. Announcements are still taken afterwards: a later aggregator may use them. */
  readonly ended: CollectionEnd | null
}

export const emptyCollection = (size: number, deadlineMs: number): Collection => ({
  announced: new Array<null>(size).fill(null),
  afterMs: new Array<null>(size).fill(null),
  count: 0,
  deadlineMs,
  ended: null,
})

/** The collection with an announcement at its author's position, unless that author has already been heard. */
export function withAnnouncement(
  collection: Collection,
  at: number,
  message: AnnouncementMessage,
  afterMs: number,
): Collection {
  if (collection.announced[at] !== null) return collection
  return {
    ...collection,
    announced: collection.announced.with(at, message),
    afterMs: collection.afterMs.with(at, afterMs),
    count: collection.count + 1,
  }
}

export const announcedBy = (collection: Collection): readonly AnnouncementMessage[] =>
  collection.announced.filter((message) => message !== null)
