import type { PeerPorts } from '../../node/peer-context.ts'
import type { PeerEvent } from '../../node/peer-event.ts'

/** What a peer of a swarm trains with, and what it says of that. */
export interface OpenedWork {
  readonly ports: Pick<PeerPorts, 'trainer' | 'product' | 'modules' | 'keepAdapter'>
  readonly says: Pick<Extract<PeerEvent, { type: 'started' }>, 'rank' | 'engine' | 'samples'>
}

/** Closes a resource with the peer. */
export type Keep = <T extends { close(): unknown }>(opened: T) => T
