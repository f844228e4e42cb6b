import { type BlobReader, encodeManifest } from '../../base/blob.ts'
import { deadline, type Frames } from '../frames.ts'
import { SERVE_IDLE_MS } from './constants.ts'
import { decodeIndex, decodeOpen, encodeChunk, encodeOffer } from './messages.ts'

const NOTHING = new Uint8Array()

/**
 * Answers one puller: the manifest, then each chunk that it asks for, one at a time and no faster than it reads, so
 * that a puller costs the memory of one chunk. Resolves when the puller ends the stream or does not keep to the protocol.
 */
export async function serveBlob(
  wire: Frames,
  lookup: (cid: string) => Promise<BlobReader | undefined>,
  idleMs = SERVE_IDLE_MS,
): Promise<void> {
  try {
    const open = decodeOpen(await wire.read(deadline(idleMs)))
    if (!open.ok) return wire.abort(`not a request for a blob: ${open.reason}`)
    const blob = await lookup(open.value.cid)
    const has = blob?.manifest.size === open.value.size
    await wire.write(encodeOffer(has ? encodeManifest(blob.manifest) : NOTHING), deadline(idleMs))
    if (has) await serveChunks(wire, blob, idleMs)
    await wire.finish(deadline(idleMs))
  } catch {
    wire.abort('the puller went away')
  }
}

async function serveChunks(wire: Frames, blob: BlobReader, idleMs: number): Promise<void> {
  for (;;) {
    const request = await wire.read(deadline(idleMs))
    const index = decodeIndex(request)
    if (index === undefined || index >= blob.manifest.chunks.length)
      return wire.abort('there is no such chunk')
    await wire.write(encodeChunk(index, await blob.readChunk(index)), deadline(idleMs))
  }
}
