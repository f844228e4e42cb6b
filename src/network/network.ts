import type { BlobReader } from '../base/blob.ts'
import type { Result } from '../base/result.ts'

/** A gossiped message whose signature and author were checked. What its payload means is the receiver's matter. */
export interface NetworkMessage {
  readonly kind: string
  /** Peer id of the author, who signed it. */
  readonly from: string
  readonly payload: Uint8Array
  /** Peer id of the neighbour who handed it on. */
  readonly relay: string
}

/**
 * What becomes of a message: `accept` hands it on to others, `ignore` (stale, not of interest) does not, and
 * `reject` (malformed) also counts against the neighbour who sent it.
 */
export type Verdict = 'accept' | 'ignore' | 'reject'

/** What happens among the peers. `refused` comes with the side that said no, and why. */
export type PeerEvent =
  | { readonly type: 'join'; readonly peer: string }
  | { readonly type: 'leave'; readonly peer: string }
  | { readonly type: 'refused'; readonly peer: string; readonly by: 'us' | 'them'; readonly reason: string }

export interface PullOptions {
  /** Bytes of the whole blob, as announced. */
  readonly size: number
  /** Peer ids of those who may have it. */
  readonly providers: readonly string[]
  /** Refuse larger blobs. Default: the network's `maxBlobBytes`. */
  readonly maxBytes?: number
  /** Only these bytes; the chunks around them are checked, the others are not pulled. Default: all. */
  readonly range?: { readonly start: number; readonly length: number }
  readonly signal?: AbortSignal
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void
}

/** A provider that was given up, and why: it lied, it does not have the blob, or it was lost. */
export interface DroppedProvider {
  readonly peer: string
  readonly reason: string
  /** It sent bytes that are not the blob's; the others merely failed to deliver. */
  readonly lied: boolean
}

export interface PulledBlob {
  readonly bytes: Uint8Array
  readonly dropped: readonly DroppedProvider[]
}

export interface RequestOptions {
  readonly signal?: AbortSignal
  /** Default: the network's `requestTimeoutMs`. */
  readonly timeoutMs?: number
  /** Longest accepted answer. Default 4 MiB. */
  readonly maxBytes?: number
}

export type RequestHandler = (from: string, body: Uint8Array) => Promise<Result<Uint8Array>>

export interface NetworkMetrics {
  /** Bytes on the wire since the start, with everything that the transport adds. */
  readonly bytesIn: number
  readonly bytesOut: number
  /** Gossiped messages. */
  readonly messagesIn: number
  readonly messagesOut: number
  readonly messagesIgnored: number
  readonly messagesRejected: number
}

/** How a peer reaches the others. Plain values only: nothing of the library behind it shows. */
export interface Network {
  readonly peerId: string
  /** Where others can dial this peer; each ends in `/p2p/<peerId>`. */
  addresses(): readonly string[]
  /** Peers that are connected, admitted by both sides, and within hearing of gossip both ways. */
  peers(): readonly string[]
  /**
   * Connects to a peer and answers its peer id once both sides admitted each other and hear each other's gossip.
   *
   * @throws InvalidAddressError, DialFailedError, HandshakeRefusedError
   */
  dial(address: string, signal?: AbortSignal): Promise<string>
  /**
   * Signs a message and hands it to everybody. It is delivered again if it is published again; never to oneself.
   *
   * @throws PayloadTooLargeError
   */
  publish(kind: string, payload: Uint8Array): Promise<void>
  /** Sets who judges the messages of others; until then they are ignored. */
  onMessage(handler: (message: NetworkMessage) => Verdict | Promise<Verdict>): void
  /** The answer ends the subscription. */
  onPeer(handler: (event: PeerEvent) => void): () => void
  /** Sets where the blobs lie that others may pull from here. */
  serveBlobs(lookup: (cid: string) => Promise<BlobReader | undefined>): void
  /** Pulls a blob by its CID (`blobCid`) from several peers at once; nothing is kept before its hash was right. */
  pull(cid: string, options: PullOptions): Promise<Result<PulledBlob>>
  /** Sets who answers requests of this name. */
  onRequest(name: string, handler: RequestHandler): void
  request(peer: string, name: string, body: Uint8Array, options?: RequestOptions): Promise<Result<Uint8Array>>
  /** This peer's signature over bytes of one kind. */
  sign(kind: string, bytes: Uint8Array): Uint8Array
  /** Whether a signature is the peer's, over these bytes of this kind. */
  verify(peerId: string, kind: string, bytes: Uint8Array, signature: Uint8Array): boolean
  metrics(): NetworkMetrics
  /** Says goodbye to everybody and frees the port. */
  close(): Promise<void>
}
