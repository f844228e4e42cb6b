import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import { blobCid, blobManifest, CHUNK_BYTES, decodeManifest, encodeManifest } from '../../../src/base/blob.ts'
import { encodeCanonical } from '../../../src/base/canonical-cbor.ts'
import { cidOf, isContentId, rawCidOf } from '../../../src/base/content-id.ts'

describe('content ids', () => {
  it('are those that every IPLD implementation gives', () => {
    // `{}` in dag-cbor and the empty byte string: well-known CIDs of the IPLD fixtures and of Kubo.
    equal(cidOf(encodeCanonical({})), 'bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua')
    equal(rawCidOf(new Uint8Array()), 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku')
  })

  it('are recognised only in the one form we write', () => {
    const cid = cidOf(encodeCanonical({}))
    ok(isContentId(cid))
    for (const other of [cid.toUpperCase(), `${cid}a`, cid.slice(1), '', 7, 'b'.repeat(59)])
      ok(!isContentId(other))
  })
})

describe('a content id read from text', () => {
  /** What the library that CIDs come from makes of a text. */
  const isOurs = (text: string): boolean => {
    try {
      // A parsed CID remembers the text that it was read from, whatever its case: its bytes are written anew.
      const { version, code, multihash } = CID.parse(text)
      const known = version === 1 && (code === 0x71 || code === 0x55)
      return (
        known &&
        multihash.code === 0x12 &&
        multihash.size === 32 &&
        CID.decode(CID.parse(text).bytes).toString() === text
      )
    } catch {
      return false
    }
  }

  it('is one by the library that defines them, and no other text is', () =>
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.nat(58),
        fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567A01='),
        (bytes, at, digit) => {
          for (const cid of [cidOf(bytes), rawCidOf(bytes)]) {
            ok(isContentId(cid) && isOurs(cid))
            const altered = cid.slice(0, at) + digit + cid.slice(at + 1)
            equal(isContentId(altered), isOurs(altered), altered)
          }
        },
      ),
      { numRuns: 2_000 },
    ))
})

describe('a blob', () => {
  const bytes = new Uint8Array(CHUNK_BYTES + 3).fill(7)

  it('is named by its manifest, which lists the hash of every chunk', () => {
    const manifest = blobManifest(bytes)
    equal(manifest.chunks.length, 2)
    equal(blobCid(bytes), cidOf(encodeManifest(manifest)))
    notEqual(blobCid(bytes), blobCid(bytes.subarray(1)))
    deepEqual(decodeManifest(encodeManifest(manifest), bytes.length), { ok: true, value: manifest })
  })

  it('is refused when its manifest is for another size or lists other than whole hashes', () => {
    const manifest = blobManifest(bytes)
    ok(!decodeManifest(encodeManifest(manifest), bytes.length - 1).ok)
    ok(!decodeManifest(encodeManifest({ ...manifest, chunks: manifest.chunks.slice(1) }), bytes.length).ok)
    const short = manifest.chunks.map((chunk) => chunk.subarray(1))
    ok(!decodeManifest(encodeManifest({ ...manifest, chunks: short }), bytes.length).ok)
  })
})
