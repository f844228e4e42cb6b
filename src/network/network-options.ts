import { type Log, silentLog } from '../base/log.ts'
import { type Admission, OPEN_ADMISSION } from './handshake/admission.ts'
import type { Identity } from './identity.ts'

interface NetworkTimings {
  /** To connect to one address. Default 10 s. */
  readonly dialTimeoutMs: number
  /** From a connection to both sides' verdict. Default 10 s. */
  readonly handshakeTimeoutMs: number
  /** For one chunk of a blob; then its provider is given up. Default 15 s. */
  readonly chunkTimeoutMs: number
  /** For the answer to a request. Default 10 s. */
  readonly requestTimeoutMs: number
  /** First pause before a bootstrap address is dialled again; it doubles up to `redialMaxMs`. Default 250 ms. */
  readonly redialMinMs: number
  /** Default 10 s. */
  readonly redialMaxMs: number
}

export interface NetworkOptions {
  readonly identity: Identity
  /** The federation's id: the CID of its charter. Peers of another one are refused. */
  readonly federation: string
  /** Multiaddresses to listen on; port 0 takes a free one. Default `/ip4/0.0.0.0/tcp/0`. */
  readonly listen?: readonly string[]
  /** Multiaddresses of peers to find the others by, dialled until they answer and again after a loss. Default none. */
  readonly bootstrap?: readonly string[]
  /** Find peers of this federation in the local network by multicast DNS. Default false. */
  readonly mdns?: boolean
  /** Who may take part. Default: everybody. */
  readonly admission?: Admission
  /** Whether anything gossiped by this author is to be believed; asked before its signature is checked. Default yes. */
  readonly admit?: (peerId: string) => boolean
  /** No larger blob is pulled. Default 1 GiB. */
  readonly maxBlobBytes?: number
  /** How many peers it connects to by itself; others may still connect to it. Default 64. */
  readonly maxPeers?: number
  readonly timings?: Partial<NetworkTimings>
  readonly log?: Log
}

const DEFAULT_TIMINGS: NetworkTimings = {
  dialTimeoutMs: 10_000,
  handshakeTimeoutMs: 10_000,
  chunkTimeoutMs: 15_000,
  requestTimeoutMs: 10_000,
  redialMinMs: 250,
  redialMaxMs: 10_000,
}

/** The options with every default filled in. */
export type NetworkSettings = Required<Omit<NetworkOptions, 'timings'>> & { readonly timings: NetworkTimings }

export const withDefaults = (options: NetworkOptions): NetworkSettings => ({
  identity: options.identity,
  federation: options.federation,
  listen: options.listen ?? ['/ip4/0.0.0.0/tcp/0'],
  bootstrap: options.bootstrap ?? [],
  mdns: options.mdns ?? false,
  admission: options.admission ?? OPEN_ADMISSION,
  admit: options.admit ?? (() => true),
  maxBlobBytes: options.maxBlobBytes ?? 2 ** 30,
  maxPeers: options.maxPeers ?? 64,
  timings: { ...DEFAULT_TIMINGS, ...options.timings },
  log: options.log ?? silentLog,
})
