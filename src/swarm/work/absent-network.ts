import { refuse } from '../../base/result.ts'
import type { PeerContext } from '../../node/peer-context.ts'

/** A network on which nobody is: bodies are in the store already, and the swarm carries the messages. */
export function absentNetwork(peerId: string): PeerContext['network'] {
  const nobody = async () => refuse<never>('nobody is there')
  const nothing = () => {}
  return {
    peerId,
    addresses: () => [],
    peers: () => [],
    dial: async (address) => address,
    publish: async () => {},
    onMessage: nothing,
    onPeer: () => nothing,
    serveBlobs: nothing,
    pull: nobody,
    onRequest: nothing,
    request: nobody,
    sign: () => new Uint8Array(),
    verify: () => false,
    metrics: () => ({
      bytesIn: 0,
      bytesOut: 0,
      messagesIn: 0,
      messagesOut: 0,
      messagesIgnored: 0,
      messagesRejected: 0,
    }),
    close: async () => {},
  }
}
