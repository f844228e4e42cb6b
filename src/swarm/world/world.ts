import { type Doing, DueQueue } from './due-queue.ts'

/** Virtual time: whatever is planned happens in order, as fast as it can be computed. */
export class World {
  nowMs = 0
  readonly #queue = new DueQueue()
  #done = 0

  /** How many events have happened. */
  get events(): number {
    return this.#done
  }

  /** Plans `run` for `delayMs` from now. */
  after(delayMs: number, run: Doing): void {
    this.at(this.nowMs + Math.max(0, delayMs), run)
  }

  /** Plans `run` for a time; one that is past means at once. */
  at(atMs: number, run: Doing): void {
    this.#queue.push(Math.max(this.nowMs, atMs), run)
  }

  /**
   * Lets time pass until `done`, asked after every event, or until nothing is due before `limitMs`.
   *
   * @returns whether `done` came true
   */
  async run(done: () => boolean, limitMs: number): Promise<boolean> {
    while (!done()) {
      const { nextMs } = this.#queue
      if (nextMs === undefined || nextMs > limitMs) return false
      const run = this.#queue.pop()
      this.nowMs = nextMs
      this.#done++
      const work = run?.()
      if (work !== undefined) await work
    }
    return true
  }
}
