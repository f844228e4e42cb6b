import type { AnnouncementMessage } from '../message/message.ts'
import { everyPlace, type Places, placeAt, valuesOf, withPlace } from '../roster/places.ts'

/** Why a collection ended. */
export type CollectionEnd = 'everybody' | 'deadline' | 'hard-deadline' | 'takeover' | 'others'

/** A contribution that was announced. */
export interface Heard {
  readonly message: AnnouncementMessage
  /** When it was heard, in milliseconds after the round's start here. */
  readonly afterMs: number
}

/** The contributions announced in a round. */
export interface Collection {
  /** At their author's position on the roster. */
  readonly heard: Places<Heard | null>
  readonly count: number
  /** The adaptive deadline, in milliseconds after the round's start. */
  readonly deadlineMs: number
  /** Null while it lasts. Announcements are still taken afterwards: a later aggregator may use them. */
  readonly ended: CollectionEnd | null
}

export const emptyCollection = (size: number, deadlineMs: number): Collection => ({
  heard: everyPlace<Heard | null>(size, null),
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
  if (placeAt(collection.heard, at) !== null) return collection
  return {
    ...collection,
    heard: withPlace(collection.heard, at, { message, afterMs }),
    count: collection.count + 1,
  }
}

/** What was announced, in the order of the roster. */
export const announcedBy = ({ heard }: Collection): readonly AnnouncementMessage[] =>
  valuesOf(heard).flatMap((one) => (one === null ? [] : [one.message]))
