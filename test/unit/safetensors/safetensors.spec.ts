import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import type { Result } from '../../../src/base/result.ts'
import { encodeSafetensors } from '../../../src/safetensors/encode-safetensors.ts'
import { openSafetensors } from '../../../src/safetensors/open-safetensors.ts'
import { openShardedSafetensors } from '../../../src/safetensors/open-sharded-safetensors.ts'
import { parseSafetensors } from '../../../src/safetensors/parse-safetensors.ts'
import {
  InvalidSafetensorsError,
  MissingShardError,
  MissingTensorError,
  TruncatedSafetensorsError,
  UnsupportedDtypeError,
} from '../../../src/safetensors/safetensors-errors.ts'
import { narrowToBfloat16, widenToFloat32 } from '../../../src/safetensors/widen.ts'
import { createSafetensorsWriter, writeSafetensors } from '../../../src/safetensors/write-safetensors.ts'

const REFERENCE = new URL('../../fixtures/reference/flexlora/one-peer/', import.meta.url).pathname

function rawFile(header: string, body = 0): Uint8Array {
  const json = Buffer.from(header)
  const out = Buffer.alloc(8 + json.length + body)
  out.writeBigUInt64LE(BigInt(json.length))
  json.copy(out, 8)
  return out
}

function reasonOf(result: Result<unknown>): string {
  ok(!result.ok, 'expected a refusal')
  return result.reason
}

const entry = (begin: number, end: number, shape: number[], dtype = 'F32') =>
  JSON.stringify({ dtype, shape, data_offsets: [begin, end] })

describe('safetensors bytes', () => {
  it('are read and written as the reference library does, byte for byte', () => {
    for (const file of ['expected.safetensors', 'peers/a/adapter_model.safetensors']) {
      const bytes = readFileSync(join(REFERENCE, file))
      const parsed = parseSafetensors(bytes)
      ok(parsed.ok)
      const tensors = [...parsed.value.tensors.values()]
        .toReversed()
        .map(({ name, dtype, shape }) =>
          dtype === 'F64'
            ? { name, shape, dtype, data: parsed.value.readFloat64(name) }
            : { name, shape, dtype: 'F32' as const, data: parsed.value.readFloat32(name) },
        )
      deepEqual(Buffer.from(encodeSafetensors(tensors, parsed.value.metadata)), bytes)
    }
  })

  it('survive a round trip whatever the names and shapes', () => {
    const tensor = fc.record({
      name: fc.string({ minLength: 1, unit: 'binary' }).filter((name) => name !== '__metadata__'),
      data: fc.float32Array({ maxLength: 20 }),
    })
    const list = fc.uniqueArray(tensor, { selector: ({ name }) => name, maxLength: 6 })
    fc.assert(
      fc.property(list, (tensors) => {
        const bytes = encodeSafetensors(
          tensors.map(({ name, data }) => ({ name, dtype: 'F32', shape: [data.length], data })),
        )
        const parsed = parseSafetensors(bytes)
        ok(parsed.ok)
        for (const { name, data } of tensors) deepEqual(parsed.value.readFloat32(name), data)
      }),
    )
  })

  it('never make the decoder throw, however they were damaged', () => {
    const bytes = readFileSync(join(REFERENCE, 'peers/a/adapter_model.safetensors'))
    const place = fc.nat(bytes.length - 1)
    fc.assert(
      fc.property(place, fc.nat(255), place, (at, value, length) => {
        const damaged = Uint8Array.from(bytes)
        damaged[at] = value
        equal(parseSafetensors(damaged.subarray(0, length)).ok, false)
        equal(typeof parseSafetensors(damaged).ok, 'boolean')
      }),
    )
  })

  for (const [what, bytes, reason] of [
    ['a header longer than the file', rawFile('{}').subarray(0, 9), /more than|cut off/],
    ['a header of 2^63 bytes', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 128), /claims/],
    ['text that is no JSON', rawFile('{]'), /not JSON/],
    ['a name given twice', rawFile(`{"a":${entry(0, 4, [1])},"\\u0061":${entry(0, 4, [1])}}`, 4), /twice/],
    [
      'a field given twice',
      rawFile('{"a":{"dtype":"F32","dtype":"F32","shape":[],"data_offsets":[0,4]}}', 4),
      /twice/,
    ],
    ['a hole', rawFile(`{"a":${entry(0, 4, [1])},"b":${entry(8, 12, [1])}}`, 12), /expected/],
    ['an overlap', rawFile(`{"a":${entry(0, 8, [2])},"b":${entry(4, 12, [2])}}`, 12), /expected/],
    ['a length that disagrees with the shape', rawFile(`{"a":${entry(0, 4, [2])}}`, 4), /asks for 8/],
    ['sizes whose product overflows', rawFile(`{"a":${entry(0, 4, [2 ** 40, 2 ** 40])}}`, 4), /asks for/],
    ['a negative size', rawFile(`{"a":${entry(0, 4, [-1])}}`, 4), /list of sizes/],
    ['a type of less than a byte', rawFile(`{"a":${entry(0, 4, [8], 'F4')}}`, 4), /unknown type/],
    ['a body that is cut', rawFile(`{"a":${entry(0, 4, [1])}}`, 3), /asks for/],
    ['bytes after the last tensor', rawFile(`{"a":${entry(0, 4, [1])}}`, 5), /asks for/],
    ['metadata that is not text', rawFile('{"__metadata__":{"a":1}}'), /__metadata__/],
  ] as const) {
    it(`are refused with ${what}`, () => {
      ok(reason.test(reasonOf(parseSafetensors(bytes))))
    })
  }

  it('are bounded by the limit of the caller', () => {
    ok(/more than 4/.test(reasonOf(parseSafetensors(rawFile('{      }'), { maxHeaderBytes: 4 }))))
  })
})

describe('half precision', () => {
  const bits = (...values: number[]) => new Uint8Array(Uint16Array.from(values).buffer)

  it('is widened exactly, with its subnormals, infinities and signed zero', () => {
    const wide = widenToFloat32(bits(0x3c00, 0xc000, 0x0001, 0x7c00, 0x8000, 0x3555), 'F16')
    deepEqual([...(wide ?? [])], [1, -2, 2 ** -24, Number.POSITIVE_INFINITY, -0, 0.333251953125])
    deepEqual(
      [...(widenToFloat32(bits(0x3f80, 0xc000, 0x7f80), 'BF16') ?? [])],
      [1, -2, Number.POSITIVE_INFINITY],
    )
  })

  it('is rounded to the nearest bfloat16, ties to even, and back without loss', () => {
    deepEqual(
      [...narrowToBfloat16(Float32Array.of(1, 1 + 2 ** -8, 1 + 3 * 2 ** -8, Number.NaN))].slice(0, 3),
      [0x3f80, 0x3f80, 0x3f82],
    )
    fc.assert(
      fc.property(fc.float({ noNaN: true, max: 2 ** 100, min: -(2 ** 100) }), (value) => {
        const once =
          widenToFloat32(new Uint8Array(narrowToBfloat16(Float32Array.of(value)).buffer), 'BF16')?.[0] ?? 1
        ok(Math.abs(once - value) <= Math.abs(value) * 2 ** -8 + 1e-38)
        deepEqual(narrowToBfloat16(Float32Array.of(once)), narrowToBfloat16(Float32Array.of(value)))
      }),
    )
  })
})

describe('safetensors files', () => {
  let directory = ''
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'safetensors-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))
  const path = (name: string) => join(directory, name)
  const tensor = (name: string, ...data: number[]) =>
    ({ name, dtype: 'F32', shape: [data.length], data: Float32Array.from(data) }) as const

  it('are opened by their header and read tensor by tensor', () => {
    const source = openSafetensors(join(REFERENCE, 'expected.safetensors'))
    const { offset, length } = source.tensors.get('sigma.model.layers.0.self_attn.v_proj') ?? {
      offset: 0,
      length: 0,
    }
    const bytes = readFileSync(join(REFERENCE, 'expected.safetensors'))
    deepEqual(
      Buffer.from(source.readBytes('sigma.model.layers.0.self_attn.v_proj')),
      bytes.subarray(offset, offset + length),
    )
    throws(() => source.readBytes('nothing'), MissingTensorError)
    source.close()
  })

  it('are spread over shards as the index says', () => {
    writeSafetensors(path('m-1.safetensors'), [tensor('a', 1)])
    writeSafetensors(path('m-2.safetensors'), [tensor('b', 2, 3)])
    const index = { weight_map: { a: 'm-1.safetensors', b: 'm-2.safetensors' } }
    writeFileSync(path('model.safetensors.index.json'), JSON.stringify(index))
    const source = openShardedSafetensors(directory)
    deepEqual([source.readFloat32('a'), source.readFloat32('b')], [Float32Array.of(1), Float32Array.of(2, 3)])
    equal(source.tensors.get('b')?.file, path('m-2.safetensors'))
    source.close()

    rmSync(path('m-2.safetensors'))
    throws(() => openShardedSafetensors(directory), MissingShardError)
    writeSafetensors(path('m-2.safetensors'), [tensor('c', 2, 3)])
    throws(() => openShardedSafetensors(directory), MissingTensorError)
    writeFileSync(path('model.safetensors.index.json'), '{"weight_map":{"a":"../m-1.safetensors"}}')
    throws(() => openShardedSafetensors(directory), InvalidSafetensorsError)
  })

  it('are refused by a typed error that says what is wrong', () => {
    throws(() => openSafetensors(path('none')), MissingShardError)
    writeSafetensors(path('whole'), [tensor('a', 1, 2, 3)])
    const bytes = readFileSync(path('whole'))
    for (const length of [0, 7, 20, bytes.length - 1]) {
      writeFileSync(path('cut'), bytes.subarray(0, length))
      throws(() => openSafetensors(path('cut')), TruncatedSafetensorsError)
    }
    writeFileSync(path('long'), Buffer.concat([bytes, bytes]))
    throws(() => openSafetensors(path('long')), InvalidSafetensorsError)
    writeFileSync(path('quantised'), rawFile(`{"a":${entry(0, 4, [4], 'F8_E4M3')}}`, 4))
    throws(() => openSafetensors(path('quantised')).readFloat32('a'), UnsupportedDtypeError)
  })

  it('appear whole or not at all', () => {
    const writer = createSafetensorsWriter(path('out'), [tensor('a', 0), tensor('b', 0)])
    writer.write(tensor('b', 2))
    throws(() => writer.commit(), RangeError)
    throws(() => writer.write(tensor('b', 2)), RangeError)
    deepEqual(readdirSync(directory).includes('out'), false)
    writer.write(tensor('a', 1))
    writer.commit()
    deepEqual(readdirSync(directory), ['out'])
    deepEqual(openSafetensors(path('out')).readFloat32('b'), Float32Array.of(2))

    const other = createSafetensorsWriter(path('never'), [tensor('a', 0)])
    other.discard()
    deepEqual(readdirSync(directory), ['out'])
  })
})
