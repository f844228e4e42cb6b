import { deepEqual, equal, notDeepEqual, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { planEpoch } from '../../../src/train/batch/plan-epoch.ts'
import { makeBatch } from '../../../src/train/batch/token-batch.ts'
import type { TokenExample } from '../../../src/train/batch/token-example.ts'

const sequence = (ids: number[], labels: number[]): TokenExample => ({
  ids: Int32Array.from(ids),
  labels: Int32Array.from(labels),
})

describe('batches', () => {
  it('pads on the right, without loss and without attention', () => {
    const batch = makeBatch([sequence([5, 6, 7], [-100, 6, 7]), sequence([8, 9], [8, 9])])
    deepEqual([batch.size, batch.length, batch.lossTokens], [2, 3, 3])
    deepEqual([...batch.inputIds], [5, 6, 7, 8, 9, 0])
    deepEqual([...batch.labels], [-100, 6, 7, 8, 9, -100])
    deepEqual([...batch.attentionMask], [1, 1, 1, 1, 1, 0])
  })

  it('rounds the length up where asked to', () => {
    equal(makeBatch([sequence([1, 2, 3], [1, 2, 3])], 8).length, 8)
  })

  it('take every sequence once an epoch, in another order each time, the same for one seed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 50 })),
        fc.integer({ min: 1, max: 9 }),
        (lengths, batchSize) => {
          const plan = (epoch: number) => planEpoch(lengths, { batchSize, seed: 7, epoch })
          const indices = plan(0)
            .flat()
            .sort((one, other) => one - other)
          deepEqual(indices, [...lengths.keys()])
          deepEqual(plan(0), plan(0))
          equal(plan(0).length, Math.ceil(lengths.length / batchSize))
        },
      ),
    )
    const lengths = new Array(100).fill(5)
    const plan = (seed: number, epoch: number) => planEpoch(lengths, { batchSize: 10, seed, epoch })
    notDeepEqual(plan(1, 0), plan(1, 1))
    notDeepEqual(plan(1, 0), plan(2, 0))
  })

  it('put sequences of like length together', () => {
    const lengths = Array.from({ length: 512 }, (_, index) => 1 + ((index * 37) % 100))
    const padded = planEpoch(lengths, { batchSize: 16, seed: 0, epoch: 0 })
      .map((batch) => batch.length * Math.max(...batch.map((index) => lengths[index] as number)))
      .reduce((sum, count) => sum + count, 0)
    const tokens = lengths.reduce((sum, length) => sum + length, 0)
    ok(padded < 1.15 * tokens, `${padded} positions for ${tokens} tokens`)
  })
})
