import type { Charter } from '../../round/charter/charter.ts'
import { electionOrder } from '../../round/election/election-order.ts'
import type { ContentId } from '../../round/identifier.ts'
import type { RoundRecord } from '../../round/record/record.ts'
import { recordId } from '../../round/record/record-id.ts'
import { rosterOfRecord } from './roster-of-record.ts'

/**
 * Nobody serves twice before every able peer has. Able is who was heard from in the round before; a peer whose turn
 * came in a view that failed has had it. Who has served is kept here, not read from the roster's own marks.
 */
export class Rotation {
  /** By record: lineages have parted after one and the same. */
  readonly #served = new Map<ContentId, ReadonlySet<string>>()
  readonly #charter: Charter

  constructor(charter: Charter) {
    this.#charter = charter
  }

  /** What is wrong with the aggregator of a certified record, or null. A record comes after the one that it follows. */
  note(record: RoundRecord, before: RoundRecord | null): string | null {
    const roster = rosterOfRecord(this.#charter, record, before)
    const served = this.#served.get(record.previous) ?? new Set<string>()
    const turns = electionOrder(roster, record.previous).slice(0, record.view + 1)
    const passed = new Set(turns)
    const waiting = roster.filter(
      ({ peer, silent }) => silent === 0 && !served.has(peer) && !passed.has(peer),
    )
    const again = served.has(record.aggregator)
    this.#served.set(recordId(record), afterTurns(served, turns, record))
    return again && waiting.length > 0
      ? `${record.aggregator} aggregates again, and ${waiting.map(({ peer }) => peer).join(', ')} has not yet`
      : null
  }
}

/** Turns have passed; once every able peer has served, all begin anew. Who leaves and comes back is not forgotten. */
function afterTurns(
  before: ReadonlySet<string>,
  turns: readonly string[],
  { nextRoster }: RoundRecord,
): ReadonlySet<string> {
  const served = new Set([...before, ...turns])
  return nextRoster.every(({ peer, silent }) => silent > 0 || served.has(peer)) ? new Set() : served
}
