import type { Charter } from '../../round/charter/charter.ts'
import { electionOrder } from '../../round/election/election-order.ts'
import type { RoundRecord } from '../../round/record/record.ts'
import { foundingRoster } from '../../round/roster/roster.ts'

/**
 * Nobody serves twice before every able peer has. Able is who was heard from in the round before; a peer whose turn
 * came in a view that failed has had it. Who has served is kept here, not read from the roster's own marks.
 */
export class Rotation {
  #served = new Set<string>()
  readonly #charter: Charter

  constructor(charter: Charter) {
    this.#charter = charter
  }

  /** What is wrong with the aggregator of a certified record, or null. Records come in their order. */
  note(record: RoundRecord, before: RoundRecord | null): string | null {
    const roster = before === null ? foundingRoster(this.#charter) : before.nextRoster
    const turns = electionOrder(roster, record.previous).slice(0, record.view + 1)
    const passed = new Set(turns)
    const waiting = roster.filter(
      ({ peer, silent }) => silent === 0 && !this.#served.has(peer) && !passed.has(peer),
    )
    const again = this.#served.has(record.aggregator)
    this.#pass(turns, record)
    return again && waiting.length > 0
      ? `${record.aggregator} aggregates again, and ${waiting.map(({ peer }) => peer).join(', ')} has not yet`
      : null
  }

  /** Turns have passed; once every able peer has served, all begin anew. Who leaves and comes back is not forgotten. */
  #pass(turns: readonly string[], { nextRoster }: RoundRecord): void {
    for (const peer of turns) this.#served.add(peer)
    if (nextRoster.every(({ peer, silent }) => silent > 0 || this.#served.has(peer))) this.#served = new Set()
  }
}
