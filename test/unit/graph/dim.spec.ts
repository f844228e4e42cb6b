import { deepEqual, equal, throws } from 'node:assert/strict'
import fc from 'fast-check'
import type { Dim } from '../../../src/graph/dim.ts'
import {
  addDims,
  canonicalDim,
  divideDims,
  evaluateDim,
  isSymbol,
  multiplyDims,
  productOfDims,
  subtractDims,
  symbolsOf,
} from '../../../src/graph/dim.ts'

const sizes = { batch: 3, length: 5, past: 7 }

/** Dims made by sums and products of small numbers and symbols. */
const dims: fc.Arbitrary<Dim> = fc.letrec<{ dim: Dim }>((tie) => ({
  dim: fc.oneof(
    { maxDepth: 3 },
    fc.integer({ min: -3, max: 6 }),
    fc.constantFrom('batch', 'length', 'past'),
    fc.tuple(tie('dim'), tie('dim')).map(([a, b]) => addDims(a, b)),
    fc.tuple(tie('dim'), tie('dim')).map(([a, b]) => multiplyDims(a, b)),
  ),
})).dim

// Plus 0, so that there is one zero.
const value = (dim: Dim) => evaluateDim(dim, sizes) + 0

describe('a dim', () => {
  it('has one form for each of its values', () => {
    equal(canonicalDim('length*batch'), 'batch*length')
    equal(addDims('past', 'length'), 'length+past')
    equal(addDims(multiplyDims('length', 2), 'length'), '3*length')
    equal(subtractDims('length', 1), 'length-1')
    equal(subtractDims(addDims('length', 1), 'length'), 1)
    equal(subtractDims(0, 'length'), '-length')
  })

  it('is computed with as its value is', () => {
    fc.assert(
      fc.property(dims, dims, (a, b) => {
        equal(value(addDims(a, b)), value(a) + value(b))
        equal(value(subtractDims(a, b)), value(a) - value(b))
        equal(value(multiplyDims(a, b)), value(a) * value(b) + 0)
        equal(canonicalDim(a), a)
      }),
    )
  })

  it('does not depend on the order it was made in', () => {
    fc.assert(
      fc.property(dims, dims, dims, (a, b, c) => {
        equal(addDims(addDims(a, b), c), addDims(a, addDims(c, b)))
        equal(multiplyDims(multiplyDims(a, b), c), multiplyDims(a, multiplyDims(c, b)))
        equal(multiplyDims(a, addDims(b, c)), addDims(multiplyDims(a, b), multiplyDims(a, c)))
      }),
    )
  })

  it('divides what it was multiplied into', () => {
    equal(divideDims('batch*length', 'batch'), 'length')
    equal(divideDims(multiplyDims('length', 6), 3), '2*length')
    equal(divideDims('length', 'batch'), undefined)
    equal(divideDims('length', 2), undefined)
    equal(divideDims(12, 0), undefined)
  })

  it('knows its symbols', () => {
    deepEqual(symbolsOf('2*batch*length+past'), ['batch', 'length', 'past'])
    equal(isSymbol('past'), true)
    equal(isSymbol('past+length'), false)
    equal(productOfDims(['batch', 2, 'length']), '2*batch*length')
    throws(() => evaluateDim('heads', sizes), RangeError)
  })
})
