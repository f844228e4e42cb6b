import type { Network } from '../network/network.ts'

/** A network of which some operations are done otherwise. */
export const networkWith = (network: Network, changes: Partial<Network>): Network => ({
  peerId: network.peerId,
  addresses: () => network.addresses(),
  peers: () => network.peers(),
  dial: (address, signal) => network.dial(address, signal),
  publish: (kind, payload) => network.publish(kind, payload),
  onMessage: (handler) => network.onMessage(handler),
  onPeer: (handler) => network.onPeer(handler),
  serveBlobs: (lookup) => network.serveBlobs(lookup),
  pull: (cid, options) => network.pull(cid, options),
  onRequest: (name, handler) => network.onRequest(name, handler),
  request: (peer, name, body, options) => network.request(peer, name, body, options),
  sign: (kind, bytes) => network.sign(kind, bytes),
  verify: (peerId, kind, bytes, signature) => network.verify(peerId, kind, bytes, signature),
  metrics: () => network.metrics(),
  close: () => network.close(),
  ...changes,
})
