import { z } from 'zod'
import { type BodyLayout, bodyLayout } from '../adapter/body-layout.ts'
import { decodeModule } from '../adapter/decode-factors.ts'
import type { ModuleSlice } from '../adapter/encode-factors.ts'
import { reproducibleNormSquared } from '../aggregate/reproducible-norm.ts'
import type { BlobReader } from '../base/blob.ts'
import { fieldsOf, listOf } from '../base/bounded-schema.ts'
import { encodeCanonical } from '../base/canonical-cbor.ts'
import { cidOf, sha256 } from '../base/content-id.ts'
import { decodeStrict } from '../base/decode-strict.ts'
import { accept, type Result, refuse } from '../base/result.ts'
import { contentIdSchema } from '../round/identifier.ts'
import { readRange } from './byte-range.ts'
import type { PeerContext } from './peer-context.ts'

const REQUEST = 'module-list'
/** Lists that were made lately, so that a body is hashed once however many ask. */
const LISTS_HELD = 64

const requestSchema = fieldsOf({
  body: contentIdSchema,
  rank: z.number().int().min(1).max(65_536),
  /** Whether the list says the norms of the modules. */
  norms: z.boolean(),
})

/** The list of a body's slices and hashes, as announcements and records name it by its CID. */
export const encodeModuleList = (modules: readonly ModuleSlice[]): Uint8Array =>
  encodeCanonical(modules.map((slice) => ({ ...slice })))

type ServeContext = Pick<PeerContext, 'store' | 'modules'> & {
  readonly network: Pick<PeerContext['network'], 'onRequest'>
}

/** Answers those who check single modules: the list of a body that is kept here. */
export function serveModuleLists({ network, store, modules }: ServeContext) {
  const made = new Map<string, Promise<Result<Uint8Array>>>()
  network.onRequest(REQUEST, async (_from, asked) => {
    const request = decodeStrict(asked, requestSchema)
    if (!request.ok) return request
    const { body, rank, norms } = request.value
    const reader = await store.openBlob(body)
    if (reader === undefined) return refuse('that body is not here')
    const key = `${body}/${rank}/${norms}`
    const list = made.get(key) ?? makeModuleList(reader, bodyLayout(modules, rank), norms)
    made.set(key, list)
    const [oldest] = made.keys()
    if (made.size > LISTS_HELD && oldest !== undefined) made.delete(oldest)
    return list
  })
}

/**
 * Made slice by slice: the body need not be in memory.
 *
 * @param norms whether it says the norms of the modules
 */
export async function makeModuleList(
  reader: BlobReader,
  layout: BodyLayout,
  norms: boolean,
): Promise<Result<Uint8Array>> {
  if (reader.manifest.size !== layout.totalBytes) return refuse('that body is of another rank')
  const front = await readRange(reader, { start: 0, length: layout.frontBytes })
  const slices: ModuleSlice[] = []
  for (const { scalingOffset, ...place } of layout.modules) {
    const bytes = await readRange(reader, { start: place.offset, length: place.length })
    const slice = { ...place, scaling: scalingAt(front, scalingOffset), sha256: hex(sha256(bytes)) }
    const normed = norms ? withNorm(slice, bytes) : accept(slice)
    if (!normed.ok) return normed
    slices.push(normed.value)
  }
  return accept(encodeModuleList(slices))
}

function withNorm(slice: ModuleSlice, bytes: Uint8Array): Result<ModuleSlice> {
  const module = decodeModule(slice, bytes)
  return module.ok ? accept({ ...slice, normSquared: reproducibleNormSquared(module.value) }) : module
}

/** The scaling at a place of a body's front. */
export const scalingAt = (front: Uint8Array, offset: number): number =>
  new DataView(front.buffer, front.byteOffset, front.byteLength).getFloat64(offset, true)

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const sliceFields = {
  name: z.string().max(512),
  rank: z.number(),
  inFeatures: z.number(),
  outFeatures: z.number(),
  scaling: z.number(),
  offset: z.number(),
  length: z.number(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
}
const MOST_MODULES = 65_536
const plainSchema = listOf(z.strictObject(sliceFields), 1, MOST_MODULES)
const normedSchema = listOf(
  z.strictObject({ ...sliceFields, normSquared: z.number().min(0) }),
  1,
  MOST_MODULES,
)

/** A list from outside; whether it is the one that was announced, its CID tells. */
export const decodeModuleList = (
  bytes: Uint8Array,
  { modules, norms }: { readonly modules: number; readonly norms: boolean },
): Result<readonly ModuleSlice[]> =>
  decodeStrict<readonly ModuleSlice[]>(bytes, norms ? normedSchema : plainSchema, {
    maxBytes: moduleListBytesLimit(modules),
    maxItems: ITEMS_PER_MODULE * (modules + 1),
  })

/** A map, its nine keys and their values. */
const ITEMS_PER_MODULE = 19

/** Longest list of so many modules, bytes. */
export const moduleListBytesLimit = (modules: number): number => 64 + 1_024 * modules

/** The bytes of the list of this CID, from whoever of these peers has its body. */
export async function requestModuleList(
  network: Pick<PeerContext['network'], 'request'>,
  asked: { readonly body: string; readonly rank: number; readonly norms: boolean },
  list: { readonly cid: string; readonly modules: number },
  providers: readonly string[],
): Promise<Result<Uint8Array>> {
  const request = encodeCanonical({ body: asked.body, rank: asked.rank, norms: asked.norms })
  for (const peer of providers) {
    const answer = await network.request(peer, REQUEST, request, {
      maxBytes: moduleListBytesLimit(list.modules),
    })
    if (answer.ok && cidOf(answer.value) === list.cid) return answer
  }
  return refuse('nobody has the list of its modules')
}
