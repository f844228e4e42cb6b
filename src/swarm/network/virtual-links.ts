import type { Random } from '../../base/random.ts'
import type { World } from '../world/world.ts'
import type { NetworkProfile } from './network-profile.ts'

/** Who hears whom, how late, and what is lost on the way. Peers are known by their number. */
export class VirtualLinks {
  profile: NetworkProfile
  /** Bytes that were sent. */
  bytes = 0
  messages = 0
  readonly #world: World
  readonly #chance: Random
  #sides: readonly number[] | null = null
  readonly #cut = new Set<string>()

  constructor(world: World, profile: NetworkProfile, chance: Random) {
    this.#world = world
    this.profile = profile
    this.#chance = chance
  }

  /** Splits the network: peers with different numbers do not hear each other. Null heals it. */
  partition(sides: readonly number[] | null): void {
    this.#sides = sides
  }

  /** Nothing gets from one peer to the other any more; the way back is as it was. */
  cut(from: number, to: number): void {
    this.#cut.add(`${from}>${to}`)
  }

  mend(from: number, to: number): void {
    this.#cut.delete(`${from}>${to}`)
  }

  heal(): void {
    this.#sides = null
    this.#cut.clear()
  }

  /** Whether anything gets from one peer to the other. */
  hears(from: number, to: number): boolean {
    if (this.#sides !== null && this.#sides[from] !== this.#sides[to]) return false
    return this.#cut.size === 0 || !this.#cut.has(`${from}>${to}`)
  }

  /** Whether a connection, which needs both ways, holds. */
  connected(one: number, other: number): boolean {
    return this.hears(one, other) && this.hears(other, one)
  }

  latencyMs(): number {
    const { minLatencyMs, maxLatencyMs } = this.profile
    return minLatencyMs + this.#chance.uniform() * (maxLatencyMs - minLatencyMs)
  }

  /** Sends a message once: it may be lost, arrive twice, or be overtaken. */
  send(from: number, to: number, bytes: number, arrive: () => void): void {
    this.bytes += bytes
    this.messages++
    if (!this.hears(from, to)) return
    const { loss, duplication } = this.profile
    if (loss === 0 || this.#chance.uniform() >= loss) this.#world.after(this.latencyMs(), arrive)
    if (duplication > 0 && this.#chance.uniform() < duplication) this.#world.after(this.latencyMs(), arrive)
  }

  /** How long it takes to ask for so many bytes and to have them. */
  pullMs(bytes: number): number {
    this.bytes += bytes
    return 2 * this.latencyMs() + bytes / this.profile.bytesPerMs
  }
}
