import { blobCid } from '../../base/blob.ts'
import { isContentId } from '../../base/content-id.ts'
import { accept, type Result, refuse } from '../../base/result.ts'
import { type Frames, reasonOf } from '../frames.ts'
import type { DroppedProvider, PulledBlob, PullOptions } from '../network.ts'
import { pause } from '../pause.ts'
import { type BlobSession, BlobUnknown, openBlobSession, ProviderLied } from './blob-session.ts'
import { ACTIVE_PROVIDERS, ATTEMPTS, CHUNKS_IN_FLIGHT, STALL_MS } from './constants.ts'
import { Download } from './download.ts'

export interface PullTerms {
  /** Opens a stream of the blob protocol to a peer, for a blob of this size. */
  readonly connect: (peer: string, size: number, signal: AbortSignal) => Promise<Frames>
  readonly chunkTimeoutMs: number
  readonly maxBlobBytes: number
}

/**
 * Pulls a blob from several providers at once. Each chunk is checked against the manifest, and the manifest against
 * the CID, before anything is kept; what a lost or lying provider owed is asked of the others.
 */
export async function pullBlob(
  cid: string,
  options: PullOptions,
  terms: PullTerms,
): Promise<Result<PulledBlob>> {
  const refusal = refusalOf(cid, options, options.maxBytes ?? terms.maxBlobBytes)
  if (refusal) return refuse(refusal)
  if (options.size === 0) return emptyBlob(cid)
  return new Pull(cid, options, terms).run()
}

function refusalOf(cid: string, { size, range }: PullOptions, maxBytes: number): string | undefined {
  if (!isContentId(cid)) return 'that is not a CID'
  if (!Number.isSafeInteger(size) || size < 0) return `${size} is not a size`
  if (size > maxBytes) return `the blob has ${size} bytes, at most ${maxBytes} are allowed`
  const { start, length } = range ?? { start: 0, length: size }
  return start >= 0 && length >= 0 && start + length <= size ? undefined : 'the range lies outside the blob'
}

function emptyBlob(cid: string): Result<PulledBlob> {
  const bytes = new Uint8Array()
  return cid === blobCid(bytes)
    ? accept({ bytes, dropped: [] })
    : refuse('that is not the CID of an empty blob')
}

class Pull {
  readonly #cid: string
  readonly #options: PullOptions
  readonly #terms: PullTerms
  readonly #download: Download
  readonly #dropped: DroppedProvider[] = []
  readonly #reserve: string[]
  readonly #tries = new Map<string, number>()
  readonly #over = new AbortController()
  readonly #signal: AbortSignal
  #drawing = 0

  constructor(cid: string, options: PullOptions, terms: PullTerms) {
    this.#cid = cid
    this.#options = options
    this.#terms = terms
    this.#download = new Download(options.size, options.range ?? { start: 0, length: options.size })
    this.#reserve = [...new Set(options.providers)]
    this.#signal = options.signal ? AbortSignal.any([options.signal, this.#over.signal]) : this.#over.signal
    this.#signal.addEventListener('abort', () => this.#download.wakeAll(), { once: true })
  }

  async run(): Promise<Result<PulledBlob>> {
    const lanes = Array.from({ length: ACTIVE_PROVIDERS }, () => this.#lane())
    await Promise.all(lanes)
    if (this.#download.complete) return accept({ bytes: this.#download.bytes(), dropped: this.#dropped })
    if (this.#options.signal?.aborted) return refuse('the pull was called off')
    const why = this.#dropped.map(({ peer, reason }) => `${peer}: ${reason}`).join('; ')
    return refuse(`no provider delivered the blob${why ? ` (${why})` : ''}`)
  }

  /** Draws from one provider after another, until the blob is complete or none is left. */
  async #lane(): Promise<void> {
    while (!this.#download.complete && !this.#signal.aborted) {
      const peer = this.#reserve.shift()
      if (peer === undefined) return
      this.#drawing++
      try {
        await this.#drawFrom(peer)
      } catch (error) {
        if (!this.#download.complete && !this.#signal.aborted) this.#lost(peer, error)
      }
      this.#drawing--
      this.#download.giveBack(peer)
    }
    if (this.#download.complete) this.#over.abort()
  }

  #lost(peer: string, error: unknown): void {
    const tries = (this.#tries.get(peer) ?? 0) + 1
    this.#tries.set(peer, tries)
    const lied = error instanceof ProviderLied
    if (lied || error instanceof BlobUnknown || tries >= ATTEMPTS) {
      this.#dropped.push({ peer, reason: reasonOf(error), lied })
    } else this.#reserve.push(peer)
  }

  async #drawFrom(peer: string): Promise<void> {
    const { size } = this.#options
    const wire = await this.#terms.connect(peer, size, this.#signal)
    try {
      const open = { cid: this.#cid, size }
      const session = await openBlobSession(wire, open, this.#terms.chunkTimeoutMs, this.#signal)
      let asked = 0
      while (!this.#download.complete && !this.#signal.aborted) {
        const { change } = this.#download
        asked += await this.#askMore(session, peer, asked)
        if (asked > 0) asked -= await this.#receive(session, peer)
        else if (await this.#stalled(change))
          asked += await this.#ask(session, this.#download.take(peer, true))
      }
    } finally {
      wire.abort('the pull from here is over')
    }
  }

  /** Asks for as many chunks as this provider's share of those in flight allows; answers how many. */
  async #askMore(session: BlobSession, peer: string, asked: number): Promise<number> {
    const share = Math.max(1, Math.floor(CHUNKS_IN_FLIGHT / this.#drawing))
    let more = 0
    while (asked + more < share && (await this.#ask(session, this.#download.take(peer))) > 0) more++
    return more
  }

  async #ask(session: BlobSession, index: number | undefined): Promise<0 | 1> {
    if (index === undefined) return 0
    await session.ask(index)
    return 1
  }

  async #receive(session: BlobSession, peer: string): Promise<1> {
    const { index, bytes } = await session.next()
    this.#download.put(peer, session.manifest, index, bytes)
    const { totalBytes, missingBytes } = this.#download
    this.#options.onProgress?.(totalBytes - missingBytes, totalBytes)
    return 1
  }

  /** Waits for something new to ask for; true when the others have been slow for too long. */
  #stalled(change: Promise<void>): Promise<boolean> {
    const slow = pause(STALL_MS, this.#signal).then(() => !this.#signal.aborted)
    return Promise.race([change.then(() => false), slow])
  }
}
