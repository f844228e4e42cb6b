import type { RoundReport } from '../swarm/report/chronicle.ts'

interface Entry {
  readonly previous: string
  readonly report: RoundReport
}

/** Every record that processes told of, and how they follow from each other: under `continue` there are several lines. */
export class Lineages {
  readonly #entries = new Map<string, Entry>()
  /** The newest record of each peer. */
  readonly #heads = new Map<string, string>()
  /** Every record that a peer ever said it kept. */
  readonly #told = new Map<string, Set<string>>()

  get(record: string): RoundReport | undefined {
    return this.#entries.get(record)?.report
  }

  add(record: string, previous: string, report: RoundReport): void {
    this.#entries.set(record, { previous, report })
  }

  /** A peer keeps a record from now on. */
  holds(peer: string, record: string): void {
    this.#heads.set(peer, record)
    const told = this.#told.get(peer) ?? new Set()
    this.#told.set(peer, told.add(record))
  }

  /** The loss of a record's round. */
  tell(record: string, loss: number): void {
    const entry = this.#entries.get(record)
    if (entry !== undefined) this.#entries.set(record, { ...entry, report: { ...entry.report, loss } })
  }

  toldBy(peer: string): ReadonlySet<string> {
    return this.#told.get(peer) ?? new Set()
  }

  /** How many different newest records these peers hold. */
  headsOf(peers: readonly string[]): number {
    return new Set(peers.map((peer) => this.#heads.get(peer) ?? '')).size
  }

  /** The rounds of the lineage that stands: the longest one; of several, the one that most peers hold. */
  get standing(): readonly RoundReport[] {
    const held = Map.groupBy(this.#heads.values(), (head) => head)
    const chains = [...held].map(([head, holders]) => ({ chain: this.#chain(head), count: holders.length }))
    const [longest] = chains.sort(
      (one, other) => other.chain.length - one.chain.length || other.count - one.count,
    )
    return longest?.chain ?? []
  }

  #chain(head: string): RoundReport[] {
    const chain: RoundReport[] = []
    for (let entry = this.#entries.get(head); entry !== undefined; entry = this.#entries.get(entry.previous))
      chain.push(entry.report)
    return chain.reverse()
  }
}
