import type { SimulatedPeer } from './simulated-peer.ts'

interface Body {
  readonly body: string
  readonly size: number
}

/** How long a peer looks for somebody who has a body before it gives up. */
const GIVE_UP_MS = 400

/**
 * Pulls bodies that are not here yet from whoever has them and can be reached, and answers the names of those that
 * could not be had.
 */
export function pullBodies(
  peer: SimulatedPeer,
  wanted: readonly Body[],
  done: (missing: readonly string[]) => void,
): void {
  const lacking = wanted.filter(({ body }) => !peer.disk.bodies.has(body))
  if (lacking.length === 0) {
    done([])
    return
  }
  const found = lacking.filter((body) => hasProvider(peer, body))
  const bytes = found.reduce((sum, { size }) => sum + size, 0)
  const waitMs = found.length < lacking.length ? GIVE_UP_MS : 0
  peer.later(Math.max(waitMs, peer.slowness * peer.swarm.links.pullMs(bytes)), () => {
    const missing: string[] = []
    for (const body of lacking) {
      if (hasProvider(peer, body)) peer.swarm.holders.keep(peer, body.body)
      else if (!peer.disk.bodies.has(body.body)) missing.push(body.body)
    }
    done(missing)
  })
}

const hasProvider = ({ at, swarm }: SimulatedPeer, { body }: Body): boolean =>
  swarm.holders
    .of(body)
    .some((other) => other.at !== at && other.alive && !other.hung && swarm.links.connected(at, other.at))
