import { equal } from 'node:assert/strict'
import fc from 'fast-check'
import { attentionBias, UNSEEN } from '../../../src/model/attention-bias.ts'

const rowCase = fc.record({ cached: fc.nat(6), real: fc.integer({ min: 1, max: 5 }) })

describe('the attention bias', () => {
  it('lets a token see the real tokens before it, within the window, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.array(rowCase, { minLength: 1, maxLength: 3 }),
        fc.option(fc.integer({ min: 1, max: 8 }), { nil: null }),
        fc.nat(3),
        (rows, window, spare) => {
          const [size, length] = [rows.length, Math.max(...rows.map(({ real }) => real))]
          const slots = Math.max(...rows.map(({ cached }) => cached)) + spare
          const mask = Int32Array.from({ length: size * length }, (_, at) =>
            Number(at % length < (rows[Math.floor(at / length)]?.real ?? 0)),
          )
          const cached = Int32Array.from(rows, (row) => row.cached)
          const bias = attentionBias({ size, length, slots, cached, window }, mask)
          equal(bias.length, size * length * (slots + length))
          for (const [row, { cached: past, real }] of rows.entries()) {
            for (let query = 0; query < length; query++) {
              for (let key = 0; key < slots + length; key++) {
                const position = key < slots ? key : past + key - slots
                const exists = key < slots ? key < past : key - slots < real
                const back = past + query - position
                const seen = exists && back >= 0 && (window === null || back < window)
                equal(bias[(row * length + query) * (slots + length) + key], seen ? 0 : Math.fround(UNSEEN))
              }
            }
          }
        },
      ),
    )
  })
})
