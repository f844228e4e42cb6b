import { equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import type { Decoder } from '../../../scripts/bench-decoders/decoder.ts'
import { allDecoders } from '../../../scripts/bench-decoders/decoders/all-decoders.ts'
import { hexDump } from '../../../scripts/bench-decoders/hex-dump.ts'
import { judge } from '../../../scripts/bench-decoders/judge.ts'
import { mutant } from '../../../scripts/bench-decoders/mutate/mutant.ts'
import { shrink } from '../../../scripts/bench-decoders/shrink.ts'
import { encodeFactors } from '../../../src/adapter/encode-factors.ts'
import { initialFactors } from '../../../src/adapter/initial-factors.ts'
import { encodeCanonical } from '../../../src/base/canonical-cbor.ts'
import { onceFailed } from './once-failed.ts'

const MUTANTS = 150
const SEED = 'tests'
/** Of processor time; what is listed took several times as much, or had no end. */
const FORMERLY_SECONDS_MS = 1_500

/** Time and memory are measured by the bench, on a machine that does nothing else; here only what is certain counts. */
const faultOf = (decoder: Decoder, bytes: Uint8Array): string | null =>
  judge({ ...decoder, maxMs: 60_000, extraBytesPerByte: 2 ** 20 }, bytes).fault

for (const decoder of allDecoders) {
  describe(`the decoder of ${decoder.name}`, () => {
    it('accepts what is valid, within its limit', () => {
      for (const sample of decoder.samples) {
        const outcome = decoder.decode(sample)
        ok(outcome.ok, outcome.ok ? '' : outcome.reason)
        equal(faultOf(decoder, sample), null)
      }
    })

    it('answers whatever was made of it', () =>
      fc.assert(
        fc.property(fc.nat(), (index) => {
          const bytes = mutant(decoder, SEED, index)
          const fault = faultOf(decoder, bytes)
          equal(fault, null, `${fault}\n${hexDump(bytes)}`)
        }),
        { numRuns: MUTANTS },
      ))

    it('answers noise', () =>
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => equal(faultOf(decoder, bytes), null)),
        { numRuns: MUTANTS },
      ))

    it('refuses what is longer than its limit', () => {
      const [sample = new Uint8Array()] = decoder.samples
      const long = new Uint8Array(decoder.maxBytes + 1).fill(0x20)
      long.set(sample.subarray(0, long.length))
      equal(decoder.decode(long).ok, false)
    })
  })
}

describe('inputs that once failed', () => {
  for (const { what, decoder: name, bytes } of onceFailed)
    it(`${what}: ${name}`, () => {
      const decoder = allDecoders.find((one) => one.name === name)
      ok(decoder)
      const { fault, accepted } = judge({ ...decoder, maxMs: FORMERLY_SECONDS_MS }, bytes)
      equal(fault, null)
      equal(accepted, false)
    })
})

describe('the decoders together', () => {
  it('have names of their own', () =>
    equal(new Set(allDecoders.map(({ name }) => name)).size, allDecoders.length))

  it('would be found out if one threw, hung on to a second spelling, or read past its limit', () => {
    const honest = {
      name: 'plant',
      grammar: 'cbor',
      maxBytes: 64,
      samples: [encodeCanonical({ a: 1 })],
    } as const
    const faultWith = (decode: Decoder['decode'], bytes: Uint8Array = Uint8Array.of(0xa0)) =>
      judge({ ...honest, decode }, bytes).fault
    ok(faultWith(() => JSON.parse('{'))?.includes('threw'))
    ok(faultWith(() => ({ ok: true, again: Uint8Array.of(1) }))?.includes('second spelling'))
    ok(faultWith(() => ({ ok: true }), new Uint8Array(65))?.includes('its limit is 64'))
    ok(faultWith(() => ({ ok: false, reason: 'x'.repeat(9_999) }))?.includes('endless'))
    equal(
      faultWith(() => ({ ok: false, reason: 'no' })),
      null,
    )
  })

  it('are given the same inputs by the same seed, and others by another', () => {
    const [decoder] = allDecoders
    ok(decoder)
    const made = (seed: string) => [1, 2, 3].map((index) => hexDump(mutant(decoder, seed, index))).join()
    equal(made('x'), made('x'))
    ok(made('x') !== made('y'))
  })

  it('have a failing input made shorter', () =>
    equal(
      shrink(
        Uint8Array.from({ length: 500 }, (_, at) => at & 127),
        (bytes) => bytes.includes(77),
      ).length,
      1,
    ))
})

describe('encoded factors', () => {
  it('have one spelling: the same tensors laid out otherwise are refused', () => {
    const shape = { name: 'q', inFeatures: 2, outFeatures: 2 }
    const { bytes } = encodeFactors(
      initialFactors({ seed: 's', modules: [shape], rankOf: () => 1, scalingOf: () => 1 }),
    )
    const decoder = allDecoders.find(({ name }) => name === 'factors of any modules')
    const wider = new Uint8Array(bytes.length + 8)
    const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true))
    wider.set(bytes.subarray(0, 8 + headerBytes))
    wider.fill(0x20, 8 + headerBytes, 16 + headerBytes)
    wider.set(bytes.subarray(8 + headerBytes), 16 + headerBytes)
    new DataView(wider.buffer).setBigUint64(0, BigInt(headerBytes + 8), true)
    equal(decoder?.decode(bytes).ok, true)
    equal(decoder?.decode(wider).ok, false)
  })
})
