import { deepEqual, throws } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WeightBytesError } from '../../../src/engine/engine-error.ts'
import { loadWeight } from '../../../src/engine/load-weight.ts'

const halves = (...bits: number[]) => new Uint8Array(Uint16Array.from(bits).buffer)

describe('a stored weight', () => {
  const directory = mkdtempSync(join(tmpdir(), 'flexswarm-test-'))
  const file = join(directory, 'weights')
  after(() => rmSync(directory, { recursive: true }))

  it('in f16 is widened exactly, at every scale', () => {
    const bytes = halves(0x0000, 0x0001, 0x03ff, 0x0400, 0x3555, 0x3c00, 0x7bff, 0xfbff, 0x7c00, 0xfc00)
    const wanted = [
      0,
      2 ** -24,
      1023 * 2 ** -24,
      2 ** -14,
      0.333251953125,
      1,
      65504,
      -65504,
      Infinity,
      -Infinity,
    ]
    deepEqual([...loadWeight({ shape: [10], dtype: 'f16', location: { bytes } })], wanted)
  })

  it('in bf16 is widened exactly', () => {
    const bytes = halves(0x0000, 0x8000, 0x3f80, 0xc2f7, 0x7f80)
    const wanted = [0, -0, 1, -123.5, Infinity]
    deepEqual([...loadWeight({ shape: [5], dtype: 'bf16', location: { bytes } })], wanted)
  })

  it('is read from its stretch of a file, however that is aligned', () => {
    writeFileSync(file, Buffer.concat([Buffer.from([9]), Buffer.from(Float32Array.of(1.5, -2).buffer)]))
    const stored = { shape: [2], dtype: 'f32', location: { file, offset: 1, length: 8 } } as const
    deepEqual(loadWeight(stored), Float32Array.of(1.5, -2))
  })

  it('is read from an odd place in memory', () => {
    const bytes = new Uint8Array([0, ...new Uint8Array(Float32Array.of(3, 4).buffer)]).subarray(1)
    deepEqual(loadWeight({ shape: [2], dtype: 'f32', location: { bytes } }), Float32Array.of(3, 4))
  })

  it('is refused where its bytes are too few or its file is cut short', () => {
    writeFileSync(file, Buffer.alloc(6))
    const cut = { shape: [2], dtype: 'f32', location: { file, offset: 0, length: 8 } } as const
    throws(() => loadWeight(cut), WeightBytesError)
    const few = { shape: [3], dtype: 'f32', location: { bytes: new Uint8Array(8) } } as const
    throws(() => loadWeight(few), WeightBytesError)
  })
})
