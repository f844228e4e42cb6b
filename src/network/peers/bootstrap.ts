import type { Log } from '../../base/log.ts'
import { type Deferred, deferred } from '../deferred.ts'
import { reasonOf } from '../frames.ts'
import { pause } from '../pause.ts'

export interface BootstrapTerms {
  readonly dial: (address: string, signal: AbortSignal) => Promise<string>
  readonly redialMinMs: number
  readonly redialMaxMs: number
  readonly log: Log
}

/**
 * Keeps this peer connected to its bootstrap addresses: dialled until somebody answers, with pauses that double, and
 * again when that peer is gone. (The library's bootstrap module dials once, and only addresses that name the peer.)
 */
export class Bootstrap {
  readonly #terms: BootstrapTerms
  readonly #over = new AbortController()
  readonly #lost = new Map<string, Deferred<void>>()

  constructor(addresses: readonly string[], terms: BootstrapTerms) {
    this.#terms = terms
    for (const address of addresses) void this.#keep(address)
  }

  /** A peer was lost; if it was reached by a bootstrap address, that is dialled again. */
  left(peer: string): void {
    this.#lost.get(peer)?.resolve()
    this.#lost.delete(peer)
  }

  close(): void {
    this.#over.abort()
    for (const peer of [...this.#lost.keys()]) this.left(peer)
  }

  async #keep(address: string): Promise<void> {
    const { signal } = this.#over
    const { redialMinMs, redialMaxMs, log } = this.#terms
    let pauseMs = redialMinMs
    while (!signal.aborted) {
      try {
        const lost = this.#watch(await this.#terms.dial(address, signal))
        pauseMs = redialMinMs
        await lost
      } catch (error) {
        log('debug', `Bootstrap ${address} is not there yet: ${reasonOf(error)}`)
      }
      if (!signal.aborted) await pause(pauseMs * (0.5 + Math.random() / 2), signal)
      pauseMs = Math.min(redialMaxMs, pauseMs * 2)
    }
  }

  #watch(peer: string): Promise<void> {
    const lost = this.#lost.get(peer) ?? deferred<void>()
    this.#lost.set(peer, lost)
    return lost.promise
  }
}
