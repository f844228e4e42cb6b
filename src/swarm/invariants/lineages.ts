import type { Charter } from '../../round/charter/charter.ts'
import type { ContentId } from '../../round/identifier.ts'
import type { CertifiedRecord } from '../../round/record/certificate.ts'
import type { RoundRecord } from '../../round/record/record.ts'
import { recordId } from '../../round/record/record-id.ts'

/** Every certified record that was ever durable at an honest peer, and how they follow from each other. */
export class Lineages {
  readonly #charter: Charter
  readonly #records = new Map<ContentId, CertifiedRecord>()
  /** The one record that there may be of each place. */
  readonly #places = new Map<string, ContentId>()

  constructor(charter: Charter) {
    this.#charter = charter
  }

  get(id: ContentId): CertifiedRecord | undefined {
    return this.#records.get(id)
  }

  all(): Iterable<CertifiedRecord> {
    return this.#records.values()
  }

  /** The record that this one follows, if it is known. */
  before({ previous }: RoundRecord): CertifiedRecord | null {
    return this.#records.get(previous) ?? null
  }

  add(certified: CertifiedRecord): void {
    const id = recordId(certified.record)
    this.#records.set(id, certified)
    this.#places.set(this.#placeOf(certified.record), id)
  }

  /** What else was certified where this record is; null if nothing was. */
  conflict(record: RoundRecord): string | null {
    const there = this.#places.get(this.#placeOf(record))
    return there === undefined || there === recordId(record)
      ? null
      : `round ${record.round} has two certified records`
  }

  /** The records up to this one, from round 1 on as far as they are known. */
  chain(id: ContentId): CertifiedRecord[] {
    const out: CertifiedRecord[] = []
    for (let at = this.#records.get(id); at !== undefined; at = this.#records.get(at.record.previous))
      out.push(at)
    return out.reverse()
  }

  /** Under `pause` a round has one record; under `continue` each side has one that follows the same record. */
  #placeOf({ round, previous, split }: RoundRecord): string {
    if (this.#charter.partition === 'pause') return String(round)
    return `${previous}/${split === null ? 'everybody' : String(split.side)}`
  }
}
