import { type BlobManifest, decodeManifest } from '../../base/blob.ts'
import { cidOf } from '../../base/content-id.ts'
import { decodeStrict } from '../../base/decode-strict.ts'
import { deadline, type Frames } from '../frames.ts'
import { decodeChunk, encodeIndex, encodeOpen, OFFER, type Open } from './messages.ts'

/** The provider sent something that is not the blob: never to be asked again. */
export class ProviderLied extends Error {}

/** The provider says that it does not have the blob. */
export class BlobUnknown extends Error {}

/** One provider's side of a pull, as the puller sees it. */
export interface BlobSession {
  readonly manifest: BlobManifest
  ask(index: number): Promise<void>
  /** The next chunk, as it came: not yet checked. */
  next(): Promise<{ readonly index: number; readonly bytes: Uint8Array }>
}

/** Asks a provider for a blob. Rejects with `BlobUnknown`, `ProviderLied`, or whatever broke the connection. */
export async function openBlobSession(
  wire: Frames,
  open: Open,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<BlobSession> {
  await wire.write(encodeOpen(open), deadline(timeoutMs, signal))
  const bounds = { maxBytes: Number.POSITIVE_INFINITY, maxDepth: 1, maxItems: 8 }
  const offer = decodeStrict(await wire.read(deadline(timeoutMs, signal)), OFFER, bounds)
  if (!offer.ok) throw new ProviderLied(`its offer is malformed: ${offer.reason}`)
  if (offer.value.manifest.length === 0) throw new BlobUnknown('it does not have the blob')
  const manifest = decodeManifest(offer.value.manifest, open.size)
  if (!manifest.ok) throw new ProviderLied(`its manifest is malformed: ${manifest.reason}`)
  if (cidOf(offer.value.manifest) !== open.cid) throw new ProviderLied('its manifest is of another blob')
  return {
    manifest: manifest.value,
    ask: (index) => wire.write(encodeIndex(index), deadline(timeoutMs, signal)),
    next: async () => {
      const chunk = decodeChunk(await wire.read(deadline(timeoutMs, signal)))
      if (!chunk) throw new ProviderLied('it sent a frame that is no chunk')
      return chunk
    },
  }
}
