import { deepEqual, equal, throws } from 'node:assert/strict'
import fc from 'fast-check'
import { formatBytes } from '../../../src/rank/format-bytes.ts'
import { parseMemorySize } from '../../../src/rank/parse-memory-size.ts'

describe('a size of memory', () => {
  it('is a number with a unit: powers of 1000, or of 1024 with an i', () => {
    deepEqual(['8GiB', '512MB', '1.5 GB', '300 kb', '2TiB', '42B', ' 1mib '].map(parseMemorySize), [
      8 * 2 ** 30,
      512e6,
      1.5e9,
      300e3,
      2 * 2 ** 40,
      42,
      2 ** 20,
    ])
  })

  it('is refused without a unit, without a number, with a sign, or as nothing', () => {
    for (const text of [
      '8',
      'GB',
      '',
      '-1GB',
      '8 potatoes',
      '0MB',
      '1e3MB',
      'NaNGB',
      '99999999TB',
      '1,5GB',
    ]) {
      throws(() => parseMemorySize(text), { code: 'RANK_MEMORY_SIZE', evidence: { text } }, text)
    }
  })

  it('is whole bytes whatever the number', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e6, noNaN: true }), (value) => {
        const text = `${value.toFixed(3)}MB`
        const bytes = parseMemorySize(text)
        return Number.isSafeInteger(bytes) && Math.abs(bytes - Number(value.toFixed(3)) * 1e6) <= 1
      }),
    )
  })

  it('is written for people with three digits', () => {
    deepEqual([12, 1500, 12.34e6, 160e6, 1.236e9, 80e9].map(formatBytes), [
      '12 B',
      '1.50 kB',
      '12.3 MB',
      '160 MB',
      '1.24 GB',
      '80.0 GB',
    ])
    equal(formatBytes(-2e6), '-2.00 MB')
  })
})
