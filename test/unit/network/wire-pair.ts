import type { Frames } from '../../../src/network/frames.ts'

/** One end of a connection in memory: frames queue up until they are read. */
class WireEnd implements Frames {
  readonly #queue: Uint8Array[] = []
  readonly #waiting = new Set<() => void>()
  #over: string | undefined
  other: WireEnd | undefined

  async read(signal: AbortSignal): Promise<Uint8Array> {
    for (;;) {
      const frame = this.#queue.shift()
      if (frame) return frame
      if (this.#over) throw new Error(this.#over)
      signal.throwIfAborted()
      await this.#wait(signal)
    }
  }

  async write(frame: Uint8Array): Promise<void> {
    if (this.#over === 'reset') throw new Error('reset')
    this.other?.arrive(frame)
  }

  async finish(): Promise<void> {
    this.other?.end('ended')
  }

  abort(): void {
    this.end('reset')
    this.other?.end('reset')
  }

  arrive(frame: Uint8Array): void {
    this.#queue.push(frame.slice())
    this.#wake()
  }

  end(how: string): void {
    this.#over ??= how
    this.#wake()
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve)
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }
}

/** Two ends of one connection. */
export function wirePair(): [Frames, Frames] {
  const one = new WireEnd()
  const other = new WireEnd()
  one.other = other
  other.other = one
  return [one, other]
}
