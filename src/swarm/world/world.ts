import { DueQueue } from './due-queue.ts'

/** Virtual time: whatever is planned happens in order, as fast as it can be computed. */
export class World {
  nowMs = 0
  readonly #queue = new DueQueue()
  #order = 0
  #done = 0

  /** How many events have happened. */
  get events(): number {
    return this.#done
  }

  /** Plans `run` for `delayMs` from now. */
  after(delayMs: number, run: () => void | Promise<void>): void {
    this.at(this.nowMs + Math.max(0, delayMs), run)
  }

  /** Plans `run` for a time; one that is past means at once. */
  at(atMs: number, run: () => void | Promise<void>): void {
    this.#queue.push({ atMs: Math.max(this.nowMs, atMs), order: this.#order++, run })
  }

  /**
   * Lets time pass until `done`, asked after every event, or until nothing is due before `limitMs`.
   *
   * @returns whether `done` came true
   */
  async run(done: () => boolean, limitMs: number): Promise<boolean> {
    while (!done()) {
      const due = this.#queue.peek()
      if (due === undefined || due.atMs > limitMs) return false
      this.#queue.pop()
      this.nowMs = due.atMs
      this.#done++
      const work = due.run()
      if (work !== undefined) await work
    }
    return true
  }
}
