import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { type BlobReader, blobCid, CHUNK_BYTES, encodeManifest, memoryBlob } from '../../../src/base/blob.ts'
import { encodeCanonical } from '../../../src/base/canonical-cbor.ts'
import {
  decodeChunk,
  decodeIndex,
  encodeChunk,
  encodeIndex,
  encodeOffer,
  encodeOpen,
} from '../../../src/network/blob-exchange/messages.ts'
import { pullBlob } from '../../../src/network/blob-exchange/pull-blob.ts'
import { serveBlob } from '../../../src/network/blob-exchange/serve-blob.ts'
import type { Frames } from '../../../src/network/frames.ts'
import type { PullOptions } from '../../../src/network/network.ts'
import { wirePair } from './wire-pair.ts'

const never = new AbortController().signal
const blob = new Uint8Array(5 * CHUNK_BYTES + 1000).map((_, at) => (at * 7 + (at >> 9)) % 256)
const cid = blobCid(blob)
const honest = memoryBlob(blob)

type Provider = (wire: Frames) => Promise<void>

const serving =
  (reader: BlobReader | undefined): Provider =>
  (wire) =>
    serveBlob(wire, async (asked) => (asked === cid ? reader : undefined))

/** A reader that gives `count` chunks and then does something else. */
function after(count: number, then: (index: number) => Promise<Uint8Array>): BlobReader {
  let given = 0
  return { ...honest, readChunk: (index) => (given++ < count ? honest.readChunk(index) : then(index)) }
}
const dying = (count: number) => after(count, () => Promise.reject(new Error('killed')))
const corrupt = (count: number) =>
  after(count, async (index) => {
    const bytes = (await honest.readChunk(index)).slice()
    bytes[0] = (bytes[0] as number) ^ 1
    return bytes
  })
const hung: Provider = () => new Promise(() => {})

async function pull(providers: Record<string, Provider>, options: Partial<PullOptions> = {}) {
  const connections: string[] = []
  const result = await pullBlob(
    options.size === 0 ? blobCid(new Uint8Array()) : cid,
    { size: blob.length, providers: Object.keys(providers), ...options },
    {
      connect: async (peer) => {
        connections.push(peer)
        const [near, far] = wirePair()
        void providers[peer]?.(far)
        return near
      },
      chunkTimeoutMs: 50,
      maxBlobBytes: 2 ** 24,
    },
  )
  return { result, connections }
}

async function pulled(providers: Record<string, Provider>, options: Partial<PullOptions> = {}) {
  const { result } = await pull(providers, options)
  ok(result.ok, result.ok ? '' : result.reason)
  return result.value
}

const refusal = async (providers: Record<string, Provider>, options: Partial<PullOptions> = {}) => {
  const { result } = await pull(providers, options)
  return result.ok ? 'delivered' : result.reason
}

describe('a pull', () => {
  it('brings the blob from one provider', async () => {
    const { bytes, dropped } = await pulled({ ann: serving(honest) })
    deepEqual(bytes, blob)
    deepEqual(dropped, [])
  })

  it('brings it from several, each of which serves a part', async () => {
    const served = new Map<string, number>()
    const counted = (name: string) =>
      serving({
        ...honest,
        readChunk: (index) => {
          served.set(name, (served.get(name) ?? 0) + 1)
          return honest.readChunk(index)
        },
      })
    const { bytes } = await pulled({ ann: counted('ann'), bob: counted('bob') })
    deepEqual(bytes, blob)
    deepEqual([...served.keys()].sort(), ['ann', 'bob'])
    equal(
      [...served.values()].reduce((sum, count) => sum + count),
      6,
    )
  })

  it('goes on with another provider when one dies in the middle', async () => {
    const { bytes, dropped } = await pulled({ ann: serving(dying(1)), bob: serving(honest) })
    deepEqual(bytes, blob)
    ok(dropped.every(({ peer, lied }) => peer === 'ann' && !lied))
  })

  it('gives a provider that was lost a second chance when there is no other', async () => {
    let connections = 0
    const { bytes, dropped } = await pulled({
      ann: (wire) => serving(connections++ === 0 ? dying(2) : honest)(wire),
    })
    deepEqual(bytes, blob)
    deepEqual(dropped, [])
    equal(connections, 2)
  })

  it('drops and names a provider whose chunk is not what was announced, and keeps none of it', async () => {
    const { bytes, dropped } = await pulled({ liar: serving(corrupt(0)), bob: serving(honest) })
    deepEqual(bytes, blob)
    equal(dropped.length, 1)
    equal(dropped[0]?.peer, 'liar')
    equal(dropped[0]?.lied, true)
    ok(/chunk \d is not what was announced/.test(dropped[0]?.reason ?? ''))
  })

  it('goes around a provider that hangs', async () => {
    const { bytes } = await pulled({ ann: hung, bob: serving(honest) })
    deepEqual(bytes, blob)
  })

  it('does without providers that do not have the blob', async () => {
    const { bytes, dropped } = await pulled({ ann: serving(undefined), bob: serving(honest) })
    deepEqual(bytes, blob)
    deepEqual(dropped, [{ peer: 'ann', reason: 'it does not have the blob', lied: false }])
  })

  it('says of every provider why it did not deliver', async () =>
    equal(
      await refusal({ ann: serving(undefined), bob: hung }),
      'no provider delivered the blob (ann: it does not have the blob; bob: The operation was aborted due to timeout)',
    ))

  const lies: [string, (wire: Frames) => Promise<void>, RegExp][] = [
    [
      'garbage instead of an offer',
      (wire) => wire.write(new Uint8Array([255, 1]), never),
      /offer is malformed/,
    ],
    [
      'a manifest of another blob',
      (wire) =>
        wire.write(encodeOffer(encodeManifest(memoryBlob(blob.map((byte) => byte ^ 1)).manifest)), never),
      /of another blob/,
    ],
    [
      'a manifest of another size',
      (wire) => wire.write(encodeOffer(encodeManifest(memoryBlob(blob.subarray(1)).manifest)), never),
      /manifest is malformed/,
    ],
    [
      'a chunk that nobody asked for',
      async (wire) => {
        await wire.write(encodeOffer(encodeManifest(honest.manifest)), never)
        await wire.write(encodeChunk(5, await honest.readChunk(5)), never)
      },
      /chunk 5 unasked/,
    ],
    [
      'a frame that is no chunk',
      async (wire) => {
        await wire.write(encodeOffer(encodeManifest(honest.manifest)), never)
        await wire.write(new Uint8Array(3), never)
      },
      /no chunk/,
    ],
  ]
  for (const [what, lie, why] of lies) {
    it(`never asks a second time whoever sends ${what}`, async () => {
      const { result, connections } = await pull({ liar: lie })
      ok(!result.ok && why.test(result.reason), JSON.stringify(result))
      deepEqual(connections, ['liar'])
    })
  }

  it('brings a part of the blob, and only the chunks around it', async () => {
    const asked: number[] = []
    const provider = serving({
      ...honest,
      readChunk: (index) => {
        asked.push(index)
        return honest.readChunk(index)
      },
    })
    const range = { start: CHUNK_BYTES - 10, length: 30 }
    const { bytes } = await pulled({ ann: provider }, { range })
    deepEqual(bytes, blob.subarray(range.start, range.start + range.length))
    deepEqual(asked, [0, 1])
    const end = { start: blob.length - 7, length: 7 }
    deepEqual((await pulled({ ann: serving(honest) }, { range: end })).bytes, blob.subarray(-7))
  })

  it('asks for nothing that is too large, not a size, not a CID, or outside the blob', async () => {
    const ask = { ann: serving(honest) }
    ok(/at most 1000/.test(await refusal(ask, { maxBytes: 1000 })))
    ok(/at most 16777216/.test(await refusal(ask, { size: 2 ** 40 })))
    ok(/not a size/.test(await refusal(ask, { size: -1 })))
    ok(/not a size/.test(await refusal(ask, { size: 1.5 })))
    ok(/outside/.test(await refusal(ask, { range: { start: blob.length, length: 1 } })))
    const { result } = await pull({})
    deepEqual(result, { ok: false, reason: 'no provider delivered the blob' })
  })

  it('needs nobody for an empty blob', async () =>
    deepEqual((await pulled({}, { size: 0 })).bytes, new Uint8Array()))

  it('tells how far it is', async () => {
    const seen: number[] = []
    await pulled({ ann: serving(honest) }, { onProgress: (done) => seen.push(done) })
    equal(seen.length, 6)
    equal(seen.at(-1), blob.length)
    deepEqual(
      seen,
      seen.toSorted((one, other) => one - other),
    )
  })

  it('ends when it is called off', async () => {
    const controller = new AbortController()
    const provider = serving(
      after(1, () => {
        controller.abort()
        return new Promise(() => {})
      }),
    )
    equal(await refusal({ ann: provider }, { signal: controller.signal }), 'the pull was called off')
  })

  it('never has more chunks on the way than its bound, with any number of providers', async () => {
    let onTheWay = 0
    let most = 0
    const provider = serving({
      ...honest,
      readChunk: async (index) => {
        most = Math.max(most, ++onTheWay)
        await Promise.resolve()
        onTheWay--
        return honest.readChunk(index)
      },
    })
    const names = Array.from({ length: 9 }, (_, at) => `p${at}`)
    deepEqual((await pulled(Object.fromEntries(names.map((name) => [name, provider])))).bytes, blob)
    ok(most <= 4, `${most} at once`)
  })
})

describe('a provider of blobs', () => {
  async function ask(...frames: Uint8Array[]): Promise<void> {
    const [near, far] = wirePair()
    const served = serving(honest)(far)
    // The provider may have hung up by then.
    for (const frame of frames) await near.write(frame, never).catch(() => {})
    await near.finish(never)
    await served
  }

  it('ends with whoever does not keep to the protocol, whatever is sent', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 4 }), (frames) =>
        ask(...frames),
      ),
    ))

  it('resets a puller that asks for a chunk that is not there', async () => {
    const [near, far] = wirePair()
    const served = serving(honest)(far)
    await near.write(encodeOpen({ cid, size: blob.length }), never)
    await near.read(never)
    await near.write(encodeIndex(6), never)
    await served
    equal(
      await near.read(never).then(
        () => 'answered',
        (error: Error) => error.message,
      ),
      'reset',
    )
  })

  it('does not offer a blob under another size', async () => {
    const [near, far] = wirePair()
    void serving(honest)(far)
    await near.write(encodeOpen({ cid, size: blob.length + 1 }), never)
    deepEqual(await near.read(never), encodeCanonical({ manifest: new Uint8Array() }))
  })
})

describe('a chunk on the wire', () => {
  it('is its index and its bytes', () =>
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), fc.uint8Array(), (index, bytes) => {
        deepEqual(decodeChunk(encodeChunk(index, bytes)), { index, bytes })
        equal(decodeIndex(encodeIndex(index)), index)
      }),
    ))

  it('is nothing when it is shorter than an index', () => {
    equal(decodeChunk(new Uint8Array(3)), undefined)
    equal(decodeIndex(new Uint8Array(5)), undefined)
  })
})
