import { deepEqual } from 'node:assert/strict'
import { labelledRows } from '../../../src/model/labelled-rows.ts'

describe('labelled rows', () => {
  it('predict each label from the position before it, and nothing across sequences', () => {
    const labels = Int32Array.of(7, -100, 9, /**/ 4, 5, -100)
    const inputIds = labels
    const found = labelledRows({
      size: 2,
      length: 3,
      labels,
      inputIds,
      attentionMask: new Int32Array(6).fill(1),
    })
    deepEqual([...found.rows], [1, 3])
    deepEqual([...found.targets], [9, 5])
  })
})
