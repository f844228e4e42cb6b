import type { SimulatedPeer } from '../peer/simulated-peer.ts'

/** Who keeps which body: a look into every disk would take longer, the more peers there are. */
export class BodyHolders {
  readonly #holders = new Map<string, SimulatedPeer[]>()

  /** A peer keeps a body from now on; what is kept is never lost. */
  keep(peer: SimulatedPeer, body: string): void {
    if (peer.disk.bodies.has(body)) return
    peer.disk.bodies.add(body)
    const holders = this.#holders.get(body)
    if (holders === undefined) this.#holders.set(body, [peer])
    else holders.push(peer)
  }

  of(body: string): readonly SimulatedPeer[] {
    return this.#holders.get(body) ?? []
  }
}
