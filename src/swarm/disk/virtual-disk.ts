import type { Random } from '../../base/random.ts'
import type { Message } from '../../round/message/message.ts'
import type { CertifiedRecord } from '../../round/record/certificate.ts'
import type { Kept } from '../../round/resume-machine.ts'
import type { World } from '../world/world.ts'

/** What a peer writes to its disk. */
export type Write =
  | { readonly type: 'record'; readonly certified: CertifiedRecord; readonly replaces: boolean }
  | { readonly type: 'own'; readonly kept: Kept }

interface Pending {
  readonly write: Write
  readonly durable: () => void
}

/**
 * A disk that is slow to be sure: a write is durable a while after it was asked for. A crash keeps some of the writes
 * that were on their way, in their order; the one after them is torn, which its checksum shows, and is lost with the rest.
 */
export class VirtualDisk {
  /** Durable, by round. */
  records: readonly CertifiedRecord[] = []
  /** Durable: records of lineages that were given up. */
  aside: readonly CertifiedRecord[] = []
  /** Durable: what was signed in rounds that are not certified here yet, and ballots that name what they follow. */
  own: readonly Kept[] = []
  /** Names of bodies that are kept whole. */
  readonly bodies = new Set<string>()
  #pending: Pending[] = []
  readonly #world: World
  readonly #chance: Random
  #life = 0

  constructor(world: World, chance: Random) {
    this.#world = world
    this.#chance = chance
  }

  write(write: Write, durable: () => void): void {
    const life = this.#life
    this.#pending.push({ write, durable })
    this.#world.after(0.5 + 4 * this.#chance.uniform(), () => {
      if (life === this.#life) this.#sync()
    })
  }

  /** The machine loses power. */
  crash(): void {
    const survivors = this.#chance.integer(this.#pending.length + 1)
    for (const { write } of this.#pending.slice(0, survivors)) this.#apply(write)
    this.#pending = []
    this.#life++
  }

  isDurable(signature: Uint8Array): boolean {
    return this.own.some(({ message }) => message.signature === signature)
  }

  /** One sync makes everything durable that was written before it. */
  #sync(): void {
    const done = this.#pending
    this.#pending = []
    for (const { write } of done) this.#apply(write)
    for (const { durable } of done) durable()
  }

  #apply(write: Write): void {
    if (write.type === 'own') {
      this.own = [...this.own, write.kept]
      return
    }
    const { certified, replaces } = write
    const { round } = certified.record
    if (replaces) {
      this.aside = [...this.aside, ...this.records.slice(round - 1)]
      this.records = this.records.slice(0, round - 1)
    }
    if (round !== this.records.length + 1) return
    this.records = [...this.records, certified]
    this.own = this.own.filter(({ message }) => message.body.round > round || namesPrevious(message))
  }
}

/** A ballot of one lineage: the peer may come back to that lineage, and must not vote there again. */
const namesPrevious = (message: Message): boolean =>
  (message.kind === 'vote' || message.kind === 'proposal') && message.body.previous !== undefined
