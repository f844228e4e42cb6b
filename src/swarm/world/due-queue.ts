/** Something that will happen. */
export type Doing = () => void | Promise<void>

const FIRST_ROOM = 1_024

/**
 * What is due, earliest first; of what is due at the same time, what was planned first: a binary heap. Its keys lie in
 * typed arrays, because with a thousand peers some hundred thousand events wait, and comparing them is reading memory.
 */
export class DueQueue {
  #times = new Float64Array(FIRST_ROOM)
  #orders = new Float64Array(FIRST_ROOM)
  readonly #doings: Doing[] = []
  #planned = 0

  get size(): number {
    return this.#doings.length
  }

  /** When the first of all is due; undefined if nothing is. */
  get nextMs(): number | undefined {
    return this.size === 0 ? undefined : this.#times[0]
  }

  push(atMs: number, doing: Doing): void {
    const order = this.#planned++
    if (this.size === this.#times.length) this.#grow()
    let at = this.size
    this.#doings.push(doing)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if ((this.#times[parent] as number) <= atMs) break
      this.#move(parent, at)
      at = parent
    }
    this.#put(at, atMs, order, doing)
  }

  /** Takes out the first of all. */
  pop(): Doing | undefined {
    const first = this.#doings[0]
    const end = this.size - 1
    const last = this.#doings.pop()
    if (last !== undefined && end > 0)
      this.#sink(this.#times[end] as number, this.#orders[end] as number, last)
    return first
  }

  #sink(atMs: number, order: number, doing: Doing): void {
    const { size } = this
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      if (left >= size) break
      const child = left + 1 < size && this.#isBefore(left + 1, left) ? left + 1 : left
      const childMs = this.#times[child] as number
      if (atMs < childMs || (atMs === childMs && order < (this.#orders[child] as number))) break
      this.#move(child, at)
      at = child
    }
    this.#put(at, atMs, order, doing)
  }

  #isBefore(one: number, other: number): boolean {
    const oneMs = this.#times[one] as number
    const otherMs = this.#times[other] as number
    if (oneMs !== otherMs) return oneMs < otherMs
    return (this.#orders[one] as number) < (this.#orders[other] as number)
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#times[from] as number, this.#orders[from] as number, this.#doings[from] as Doing)
  }

  #put(at: number, atMs: number, order: number, doing: Doing): void {
    this.#times[at] = atMs
    this.#orders[at] = order
    this.#doings[at] = doing
  }

  #grow(): void {
    this.#times = twice(this.#times)
    this.#orders = twice(this.#orders)
  }
}

function twice(before: Float64Array): Float64Array<ArrayBuffer> {
  const after = new Float64Array(2 * before.length)
  after.set(before)
  return after
}
