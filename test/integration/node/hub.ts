import { type BlobReader, CHUNK_BYTES, chunkCount } from '../../../src/base/blob.ts'
import { accept, refuse } from '../../../src/base/result.ts'
import { createIdentity } from '../../../src/network/identity.ts'
import type {
  Network,
  NetworkMessage,
  PeerEvent,
  RequestHandler,
  Verdict,
} from '../../../src/network/network.ts'
import { verifySignature } from '../../../src/network/signature.ts'

interface Station {
  readonly peerId: string
  hear: (message: NetworkMessage) => Verdict | Promise<Verdict>
  readonly watchers: Set<(event: PeerEvent) => void>
  readonly requests: Map<string, RequestHandler>
  lookup: (cid: string) => Promise<BlobReader | undefined>
}

const NOTHING_MEASURED = {
  bytesIn: 0,
  bytesOut: 0,
  messagesIn: 0,
  messagesOut: 0,
  messagesIgnored: 0,
  messagesRejected: 0,
}

/** Bytes of a blob's chunks that a peer pulled. */
export interface Pulled {
  readonly peer: string
  readonly cid: string
  readonly bytes: number
}

/** A network in memory: everybody who is on hears everybody else at once, with real signatures. */
export function createHub(onPulled: (pulled: Pulled) => void = () => {}) {
  const stations = new Map<string, Station>()
  let sideOf = (_peer: string) => 0
  const together = (one: string, other: string) => sideOf(one) === sideOf(other)
  const others = (self: string) =>
    [...stations.keys()].filter((peer) => peer !== self && together(peer, self))

  /** Puts a peer on the network; a seed gives it the same identity again. */
  function connect(seed: Uint8Array): Network {
    const { peerId, sign } = createIdentity(seed)
    const own: Station = {
      peerId,
      hear: () => 'ignore',
      watchers: new Set(),
      requests: new Map(),
      lookup: async () => undefined,
    }
    for (const station of stations.values()) {
      if (together(station.peerId, peerId))
        for (const watch of station.watchers) watch({ type: 'join', peer: peerId })
    }
    stations.set(peerId, own)
    return {
      peerId,
      sign,
      addresses: () => [`/memory/${peerId}`],
      peers: () => (stations.has(peerId) ? others(peerId) : []),
      dial: async (address) => address.slice('/memory/'.length),
      async publish(kind, payload) {
        const heard = others(peerId).map((peer) =>
          stations.get(peer)?.hear({ kind, from: peerId, payload, relay: peerId }),
        )
        await Promise.all(heard)
      },
      onMessage: (handler) => {
        own.hear = handler
      },
      onPeer(handler) {
        own.watchers.add(handler)
        for (const peer of others(peerId)) handler({ type: 'join', peer })
        return () => own.watchers.delete(handler)
      },
      serveBlobs: (lookup) => {
        own.lookup = lookup
      },
      async pull(cid, { providers, size, range = { start: 0, length: size } }) {
        for (const peer of providers.filter((one) => together(one, peerId))) {
          const reader = await stations.get(peer)?.lookup(cid)
          if (reader === undefined) continue
          const first = Math.floor(range.start / CHUNK_BYTES)
          const chunks = reader.manifest.chunks
            .map((_, index) => index)
            .slice(first, chunkCount(range.start + range.length))
            .map((index) => reader.readChunk(index))
          const whole = Buffer.concat(await Promise.all(chunks))
          onPulled({ peer: peerId, cid, bytes: whole.length })
          const from = range.start - first * CHUNK_BYTES
          return accept({ bytes: new Uint8Array(whole.subarray(from, from + range.length)), dropped: [] })
        }
        return refuse('no provider delivered the blob')
      },
      onRequest: (name, handler) => void own.requests.set(name, handler),
      async request(peer, name, body) {
        const handler = together(peer, peerId) ? stations.get(peer)?.requests.get(name) : undefined
        return handler === undefined ? refuse(`${peer} is not there`) : handler(peerId, body)
      },
      verify: verifySignature,
      metrics: () => NOTHING_MEASURED,
      close: async () => disconnect(peerId),
    }
  }

  /** Takes a peer off without a word, as a crash does. */
  function disconnect(peerId: string): void {
    if (!stations.delete(peerId)) return
    for (const station of stations.values()) {
      for (const watch of station.watchers) watch({ type: 'leave', peer: peerId })
    }
  }

  /** Splits the network, or makes it whole: peers of different sides do not hear each other. */
  function part(side: (peer: string) => number): void {
    const before = sideOf
    sideOf = side
    for (const one of stations.values())
      for (const other of stations.keys()) {
        if (one.peerId === other) continue
        const was = before(one.peerId) === before(other)
        const type = together(one.peerId, other) ? 'join' : 'leave'
        if (was !== (type === 'join')) for (const watch of one.watchers) watch({ type, peer: other })
      }
  }

  return { connect, disconnect, part }
}
