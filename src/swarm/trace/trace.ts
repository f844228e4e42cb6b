import type { Effect } from '../../round/effect.ts'
import type { Event } from '../../round/event.ts'
import type { SimulatedPeer } from '../peer/simulated-peer.ts'
import { describeEffect, describeEvent } from './describe.ts'

/** The last things that happened, as lines a person can read. */
export class Trace {
  readonly #lines: string[] = []
  readonly #keep: number

  constructor(keep: number) {
    this.#keep = keep
  }

  get lines(): readonly string[] {
    return this.#lines.slice(-this.#keep)
  }

  event(atMs: number, peer: SimulatedPeer, event: Event): void {
    this.note(atMs, peer.name, `← ${describeEvent(event)}`)
  }

  effect(atMs: number, peer: SimulatedPeer, effect: Effect): void {
    const text = describeEffect(effect)
    if (text !== null) this.note(atMs, peer.name, `→ ${text}`)
  }

  note(atMs: number, who: string, text: string): void {
    this.#lines.push(`${(atMs / 1_000).toFixed(3).padStart(9)} s  ${who.padEnd(8)} ${text}`)
    if (this.#lines.length > 2 * this.#keep) this.#lines.splice(0, this.#lines.length - this.#keep)
  }
}
