import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { encode } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../../../src/base/canonical-cbor.ts'

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))
const reason = (bytes: Uint8Array, bounds = {}) => {
  const result = decodeCanonical(bytes, bounds)
  return result.ok ? 'accepted' : result.reason
}

const scalar: fc.Arbitrary<CanonicalValue> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (Number.isInteger(x) ? 0.5 : x)),
  fc.string({ unit: 'grapheme' }),
  fc.uint8Array(),
)
const key = fc.string({ minLength: 1, unit: 'grapheme-ascii' }).filter((text) => text !== '__proto__')
const { value } = fc.letrec<{ value: CanonicalValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
}))

describe('canonical cbor', () => {
  it('gives every value back', () =>
    fc.assert(
      fc.property(value, (given) =>
        deepEqual(decodeCanonical(encodeCanonical(given)), { ok: true, value: given }),
      ),
    ))

  it('is written as the library that defines it writes it', () =>
    fc.assert(
      fc.property(fc.oneof(value, fc.anything({ withNullPrototype: true, withMap: true })), (given) => {
        const encoded = (write: (value: CanonicalValue) => Uint8Array) => {
          try {
            return Buffer.from(write(given as CanonicalValue)).toString('hex')
          } catch {
            return 'refused'
          }
        }
        equal(encoded(encodeCanonical), encoded(encode))
      }),
      { numRuns: 5_000 },
    ))

  it('has lengths and integers of every width', () => {
    for (const size of [0, 23, 24, 127, 128, 255, 256, 65_535, 65_536, 200_000])
      for (const given of ['a'.repeat(size), 'ä'.repeat(size), new Uint8Array(size), Array(size).fill(-size)])
        equal(Buffer.compare(encodeCanonical(given), encode(given)), 0)
    for (const given of [0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER])
      for (const integer of [given, -given, -1 - given].filter(Number.isSafeInteger))
        deepEqual(encodeCanonical([integer]), encode([integer]))
  })

  it('has one encoding of a map, whatever order its keys were written in', () =>
    deepEqual(encodeCanonical({ b: 1, a: 2 }), encodeCanonical({ a: 2, b: 1 })))

  it('never throws on bytes from outside, and what it accepts encodes to the same bytes', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const result = decodeCanonical(bytes)
        ok(!result.ok || Buffer.compare(encodeCanonical(result.value), bytes) === 0)
      }),
      { numRuns: 2000 },
    ))

  const refused: [string, string, RegExp][] = [
    ['an integer with more bytes than needed', '1801', /more bytes than necessary/],
    ['undefined', 'f7', /another encoding/],
    ['a tag', 'd82a4100', /tags/],
    ['a list of indefinite length', '9f01ff', /indefinite/],
    ['a map with its keys out of order', 'a2616201616102', /another encoding/],
    ['a map with a key twice', 'a2616101616102', /repeat/],
    ['a half-precision float', 'f93e00', /another encoding/],
    ['NaN', 'fb7ff8000000000000', /NaN/],
    ['an integer beyond 2^53', '1bffffffffffffffff', /2\^53/],
    ['text that is not UTF-8', '61ff', /./],
    ['bytes after the end', '0101', /after its end/],
    ['nothing', '', /too early/],
    ['a byte string cut short', '4401', /too early/],
    ['a list that claims 2^64 items', '9bffffffffffffffff', /too early/],
  ]
  for (const [what, bytes, why] of refused) {
    it(`refuses ${what}`, () => ok(why.test(reason(hex(bytes))), reason(hex(bytes))))
  }

  it('refuses nesting, items and bytes beyond the bounds', () => {
    ok(/deeper/.test(reason(new Uint8Array(90_000).fill(0x81))))
    ok(/items/.test(reason(encodeCanonical(Array(11).fill(0)), { maxItems: 11 })))
    ok(/at most 4/.test(reason(encodeCanonical('12345'), { maxBytes: 4 })))
    equal(reason(encodeCanonical([[0]]), { maxDepth: 2, maxItems: 3, maxBytes: 3 }), 'accepted')
  })

  it('will not encode what has no canonical form', () => {
    throws(() => encodeCanonical(Number.NaN))
    throws(() => encodeCanonical({ a: undefined } as unknown as CanonicalValue))
  })
})
