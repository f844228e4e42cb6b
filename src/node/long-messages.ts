import { type BlobReader, blobCid, memoryBlob } from '../base/blob.ts'
import { accept, type Result, refuse } from '../base/result.ts'
import type { Network } from '../network/network.ts'
import type { Charter } from '../round/charter/charter.ts'
import { messageBytesLimit } from '../round/message/message-codec.ts'
import type { MessageToPull } from './gossip-codec.ts'

/**
 * Messages that are too long for gossip, as a proposal is with more than some 140 peers: a record names every one of
 * them. Gossip says only where such a message is; it is pulled, chunk by checked chunk, from whoever handed that on or
 * made it, and served to the next in turn.
 */
export interface LongMessages {
  /** Keeps an own message for the others to pull. */
  offer(bytes: Uint8Array): MessageToPull
  /** The bytes: kept before, or pulled from `from`. What one author has others pull at a time is bounded. */
  fetch(wanted: MessageToPull, author: string, from: readonly string[]): Promise<Result<Uint8Array>>
  /** Serves what was heard and found right to others, too. */
  keep(body: string, bytes: Uint8Array): void
  /** What is kept under this name. */
  open(body: string): BlobReader | undefined
}

export interface LongMessagesOptions {
  readonly network: Pick<Network, 'pull' | 'peerId'>
  readonly charter: Pick<Charter, 'maxPeers' | 'deadlines'>
  /** Ends all pulls. */
  readonly signal: AbortSignal
}

/** How many messages are held, the newest: own ones, and those of others. */
const OWN_HELD = 4
const OTHERS_HELD = 8
/** How many messages are pulled at once: of one author, and of all. */
const PULLS_OF_AUTHOR = 2
const PULLS = 16

export function openLongMessages({ network, charter, signal }: LongMessagesOptions): LongMessages {
  const maxBytes = messageBytesLimit(charter.maxPeers)
  const own = new Map<string, Uint8Array>()
  const others = new Map<string, Uint8Array>()
  const pulling = new Map<string, { readonly author: string; readonly bytes: Promise<Result<Uint8Array>> }>()

  const held = (body: string) => own.get(body) ?? others.get(body)

  function isBusyFor(author: string): boolean {
    const ofAuthor = [...pulling.values()].filter((pull) => pull.author === author).length
    return pulling.size >= PULLS || ofAuthor >= PULLS_OF_AUTHOR
  }

  async function pull({ body, size }: MessageToPull, from: readonly string[]): Promise<Result<Uint8Array>> {
    const providers = [...new Set(from)].filter((peer) => peer !== network.peerId)
    const timeout = AbortSignal.timeout(charter.deadlines.viewMs)
    const terms = { size, maxBytes, providers, signal: AbortSignal.any([signal, timeout]) }
    const pulled = await network.pull(body, terms)
    return pulled.ok ? accept(pulled.value.bytes) : pulled
  }

  return {
    offer(bytes) {
      const body = blobCid(bytes)
      keepNewest(own, body, bytes, OWN_HELD)
      return { body, size: bytes.length }
    },
    async fetch(wanted, author, from) {
      if (wanted.size > maxBytes)
        return refuse(`a message of ${wanted.size} bytes, at most ${maxBytes} allowed`)
      const known = held(wanted.body)
      if (known !== undefined) return accept(known)
      const running = pulling.get(wanted.body)
      if (running !== undefined) return running.bytes
      if (isBusyFor(author)) return refuse('too many messages are being pulled')
      const bytes = pull(wanted, from).finally(() => pulling.delete(wanted.body))
      pulling.set(wanted.body, { author, bytes })
      return bytes
    },
    keep: (body, bytes) => keepNewest(others, body, bytes, OTHERS_HELD),
    open(body) {
      const bytes = held(body)
      return bytes && memoryBlob(bytes)
    },
  }
}

function keepNewest(kept: Map<string, Uint8Array>, body: string, bytes: Uint8Array, most: number): void {
  kept.delete(body)
  kept.set(body, bytes)
  const [oldest] = kept.keys()
  if (kept.size > most && oldest !== undefined) kept.delete(oldest)
}
