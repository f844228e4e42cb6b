import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import type { Libp2pOptions } from 'libp2p'

/** How bytes get from peer to peer; tests put memory and plaintext here. */
export type TransportParts = Required<Pick<Libp2pOptions, 'transports' | 'connectionEncrypters'>>

export const tcpWithNoise = (): TransportParts => ({
  transports: [tcp()],
  connectionEncrypters: [noise()],
})
