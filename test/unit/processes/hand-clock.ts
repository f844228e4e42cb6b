import type { Clock } from '../../../src/base/clock.ts'

/** A clock that stands still until it is told how far to go. */
export class HandClock implements Clock {
  #nowMs = 0
  #due: { readonly atMs: number; readonly run: () => void }[] = []

  nowMs(): number {
    return this.#nowMs
  }

  after(delayMs: number, run: () => void): () => void {
    const planned = { atMs: this.#nowMs + delayMs, run }
    this.#due.push(planned)
    return () => {
      this.#due = this.#due.filter((one) => one !== planned)
    }
  }

  /** Lets so much time pass, and everything be done that is due meanwhile or follows at once. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms
    for (;;) {
      await settled()
      const next = this.#due.toSorted((one, other) => one.atMs - other.atMs)[0]
      if (next === undefined || next.atMs > untilMs) break
      this.#due = this.#due.filter((one) => one !== next)
      this.#nowMs = next.atMs
      next.run()
    }
    this.#nowMs = untilMs
  }
}

/** Everything that waits for nothing but its turn is done. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
