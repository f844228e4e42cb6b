import type { Factors } from '../base/adapter.ts'
import { type BlobReader, blobCid, memoryBlob } from '../base/blob.ts'
import { accept, type Result, refuse } from '../base/result.ts'
import type { Network } from '../network/network.ts'
import type { Store } from '../store/store.ts'
import { type ByteRange, readRange } from './byte-range.ts'

/** Where a body may be had, and how large it was announced. */
export interface WantedBytes {
  /** The blob's CID. */
  readonly body: string
  readonly size: number
  /** Peers that should have it; whoever else is connected is asked too. */
  readonly providers: readonly string[]
}

/** Bodies of factors, each pulled once however many ask for it at the same time. */
export interface Bodies {
  /** The bytes: from the store, an announcement's attachment, or whichever peer has them. */
  fetch(wanted: WantedBytes): Promise<Result<Uint8Array>>
  /** A body that is here as a whole already. */
  open(body: string): Promise<BlobReader | undefined>
  /** Some bytes of a body, checked against its CID; the others are not pulled, and nothing is kept. */
  fetchRange(wanted: WantedBytes, range: ByteRange): Promise<Result<Uint8Array>>
  /** Keeps what came inside an announcement, if it is what was announced; only the newest few are held. */
  attach(body: string, bytes: Uint8Array): boolean
  /** Decoded factors that were used lately, so that a round decodes its global factors once. */
  readonly decoded: Map<string, Factors>
}

export interface BodiesOptions {
  readonly network: Network
  readonly store: Store
  /** Bodies beyond this are not pulled. */
  readonly maxBytes: number
  /** Ends all pulls. */
  readonly signal: AbortSignal
}

const ATTACHMENTS_HELD = 64

export function openBodies({ network, store, maxBytes, signal }: BodiesOptions): Bodies {
  const pulling = new Map<string, Promise<Result<Uint8Array>>>()
  const attachments = new Map<string, Uint8Array>()

  async function find({ body, size, providers }: WantedBytes): Promise<Result<Uint8Array>> {
    const kept = await store.getBlob(body)
    if (kept !== undefined) return { ok: true, value: kept }
    const attached = attachments.get(body)
    const bytes = attached === undefined ? await pull({ body, size, providers }) : accept(attached)
    if (!bytes.ok) return bytes
    await store.putBlob(bytes.value)
    attachments.delete(body)
    return bytes
  }

  async function pull(
    { body, size, providers: named }: WantedBytes,
    range?: ByteRange,
  ): Promise<Result<Uint8Array>> {
    if (size > maxBytes) return refuse(`${size} bytes announced, the charter allows ${maxBytes}`)
    const providers = [...new Set([...named, ...network.peers()])].filter((peer) => peer !== network.peerId)
    const part = range === undefined ? {} : { range }
    const pulled = await network.pull(body, { size, maxBytes, providers, signal, ...part })
    return pulled.ok ? accept(pulled.value.bytes) : pulled
  }

  async function open(body: string): Promise<BlobReader | undefined> {
    const attached = attachments.get(body)
    return attached === undefined ? store.openBlob(body) : memoryBlob(attached)
  }

  return {
    decoded: new Map(),
    fetch(wanted) {
      const running = pulling.get(wanted.body)
      if (running !== undefined) return running
      const started = find(wanted).finally(() => pulling.delete(wanted.body))
      pulling.set(wanted.body, started)
      return started
    },
    open,
    async fetchRange(wanted, range) {
      const here = await open(wanted.body)
      return here?.manifest.size === wanted.size ? accept(await readRange(here, range)) : pull(wanted, range)
    },
    attach(body, bytes) {
      if (blobCid(bytes) !== body) return false
      attachments.set(body, bytes)
      const [oldest] = attachments.keys()
      if (attachments.size > ATTACHMENTS_HELD && oldest !== undefined) attachments.delete(oldest)
      return true
    },
  }
}
