import { equal } from 'node:assert/strict'
import { packsWeights } from '../../../src/engine/onnxruntime/packing.ts'
import { gradients } from '../../../src/graph/gradients.ts'
import { parameter, weight } from '../../../src/graph/leaves.ts'
import { matmul } from '../../../src/graph/matmul.ts'
import { sum } from '../../../src/graph/reductions.ts'

/** A loss of one product with a frozen weight, and its gradient. */
function training(size: number) {
  const x = parameter('x', [2, size])
  const loss = sum(matmul(x, weight('w', [size, size]), { transposeB: true }))
  return { loss, gradient: gradients(loss, [x]) }
}

describe('weights', () => {
  it('are packed ahead where that takes the place of the original', () =>
    equal(packsWeights([training(100_000).loss]), true))

  it('are packed ahead for both passes while they are small', () => {
    const { loss, gradient } = training(1000)
    equal(packsWeights([loss, ...gradient]), true)
  })

  it('are left in their file where both passes would need a copy each of much', () => {
    const { loss, gradient } = training(100_000)
    equal(packsWeights([loss, ...gradient]), false)
  })
})
