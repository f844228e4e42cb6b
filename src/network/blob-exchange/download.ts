import { equals as sameBytes } from 'uint8arrays/equals'
import { type BlobManifest, CHUNK_BYTES, chunkCount, chunkRange } from '../../base/blob.ts'
import { sha256 } from '../../base/content-id.ts'
import { type Deferred, deferred } from '../deferred.ts'
import { ProviderLied } from './blob-session.ts'

/** How many providers may be asked for one chunk when no other chunk is left to ask for. */
const MAX_COPIES = 2

/** Which chunks of a blob are there, asked for, and still missing. Only checked bytes are kept. */
export class Download {
  readonly #range: { readonly start: number; readonly length: number }
  readonly #size: number
  readonly #first: number
  readonly #missing: Set<number>
  readonly #askedOf = new Map<number, Set<string>>()
  #bytes: Uint8Array | undefined
  #wake: Deferred<void> = deferred()

  constructor(size: number, range: { readonly start: number; readonly length: number }) {
    this.#size = size
    this.#range = range
    this.#first = Math.floor(range.start / CHUNK_BYTES)
    const end = range.length === 0 ? this.#first : chunkCount(range.start + range.length)
    this.#missing = new Set(Array.from({ length: end - this.#first }, (_, at) => this.#first + at))
  }

  get complete(): boolean {
    return this.#missing.size === 0
  }

  /** Bytes to be pulled in all, and those that are still missing. */
  get totalBytes(): number {
    return this.#buffer().length
  }

  get missingBytes(): number {
    return [...this.#missing].reduce((sum, index) => sum + chunkRange(this.#size, index).length, 0)
  }

  /** Resolves at the next moment when there may be something new to ask for, or nothing any more. */
  get change(): Promise<void> {
    return this.#wake.promise
  }

  /** A chunk to ask this provider for; with `again`, when none is left, one that another is slow to deliver. */
  take(peer: string, again = false): number | undefined {
    const asked = (index: number) => this.#askedOf.get(index)?.size ?? 0
    const open = [...this.#missing].filter((index) => !this.#askedOf.get(index)?.has(peer))
    const index =
      open.find((one) => asked(one) === 0) ??
      (again ? open.find((one) => asked(one) < MAX_COPIES) : undefined)
    if (index !== undefined) this.#askedOf.set(index, (this.#askedOf.get(index) ?? new Set()).add(peer))
    return index
  }

  /** Keeps a chunk if it is what the manifest says. Throws `ProviderLied` if it is not, or was not asked for. */
  put(peer: string, manifest: BlobManifest, index: number, bytes: Uint8Array): void {
    if (!this.#askedOf.get(index)?.delete(peer)) throw new ProviderLied(`it sent chunk ${index} unasked`)
    const { start, length } = chunkRange(this.#size, index)
    const right = bytes.length === length && sameBytes(sha256(bytes), manifest.chunks[index] as Uint8Array)
    if (!right) throw new ProviderLied(`its chunk ${index} is not what was announced`)
    if (this.#missing.delete(index)) this.#buffer().set(bytes, start - this.#first * CHUNK_BYTES)
    if (this.complete) this.wakeAll()
  }

  /** What this provider was asked for is to be asked of others. */
  giveBack(peer: string): void {
    for (const peers of this.#askedOf.values()) peers.delete(peer)
    this.wakeAll()
  }

  /** The bytes of the range, once complete. */
  bytes(): Uint8Array {
    const start = this.#range.start - this.#first * CHUNK_BYTES
    return this.#buffer().subarray(start, start + this.#range.length)
  }

  /** Resolves `change` for all who wait. */
  wakeAll(): void {
    this.#wake.resolve()
    this.#wake = deferred()
  }

  /** Allocated when the first chunk needs it: a size alone, which anybody can claim, costs nothing. */
  #buffer(): Uint8Array {
    if (!this.#bytes) {
      const start = this.#first * CHUNK_BYTES
      const end = Math.min(this.#size, chunkCount(this.#range.start + this.#range.length) * CHUNK_BYTES)
      this.#bytes = new Uint8Array(Math.max(0, end - start))
    }
    return this.#bytes
  }
}
