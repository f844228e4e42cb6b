import { type BlobManifest, decodeManifest } from '../../base/blob.ts'
import { cidOf } from '../../base/content-id.ts'
import { deadline, type Frames } from '../frames.ts'
import { decodeChunk, decodeOffer, encodeIndex, encodeOpen, type Open } from './messages.ts'

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
  const offer = decodeOffer(await wire.read(deadline(timeoutMs, signal)), open.size)
  if (!offer.ok) throw new ProviderLied(`its offer is malformed: ${offer.reason}`)
  if (offer.value.length === 0) throw new BlobUnknown('it does not have the blob')
  const manifest = decodeManifest(offer.value, open.size)
  if (!manifest.ok) throw new ProviderLied(`its manifest is malformed: ${manifest.reason}`)
  if (cidOf(offer.value) !== open.cid) throw new ProviderLied('its manifest is of another blob')
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
