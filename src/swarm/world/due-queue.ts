/** Something that will happen at a time. */
export interface Due {
  readonly atMs: number
  /** Of those due at the same time, the one that was planned first comes first. */
  readonly order: number
  readonly run: () => void | Promise<void>
}

const isBefore = (one: Due, other: Due): boolean =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order)

/** What is due, earliest first: a binary heap. */
export class DueQueue {
  readonly #heap: Due[] = []

  get size(): number {
    return this.#heap.length
  }

  peek(): Due | undefined {
    return this.#heap[0]
  }

  push(due: Due): void {
    const heap = this.#heap
    let at = heap.length
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent] as Due
      if (isBefore(above, due)) break
      heap[at] = above
      at = parent
    }
    heap[at] = due
  }

  pop(): Due | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (last !== undefined && heap.length > 0) this.#sink(last)
    return first
  }

  #sink(due: Due): void {
    const heap = this.#heap
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      if (left >= heap.length) break
      const right = left + 1
      const rightFirst = right < heap.length && isBefore(heap[right] as Due, heap[left] as Due)
      const child = rightFirst ? right : left
      if (isBefore(due, heap[child] as Due)) break
      heap[at] = heap[child] as Due
      at = child
    }
    heap[at] = due
  }
}
