import { deepEqual, throws } from 'node:assert/strict'
import { crossEntropy } from '../../../src/graph/cross-entropy.ts'
import { dropout } from '../../../src/graph/dropout.ts'
import { add, exp } from '../../../src/graph/elementwise.ts'
import { GraphShapeError } from '../../../src/graph/graph-error.ts'
import { constant, input } from '../../../src/graph/leaves.ts'
import { matmul } from '../../../src/graph/matmul.ts'
import { rmsNorm } from '../../../src/graph/normalization.ts'
import { sum } from '../../../src/graph/reductions.ts'
import { rope } from '../../../src/graph/rope.ts'
import { gather, scatterAdd } from '../../../src/graph/rows.ts'
import { concat, expand, reshape, slice, transpose } from '../../../src/graph/shape-operations.ts'
import type { Shape, Value } from '../../../src/graph/value.ts'

const x = (...shape: Shape) => input('x', shape)
const y = (...shape: Shape) => input('y', shape)
const ids = (...shape: Shape) => input('ids', shape, 'i32')

const SHAPES: Record<string, [Value, Shape]> = {
  'a product of symbolic rows': [
    matmul(x('batch', 'length', 8), y(4, 8), { transposeB: true }),
    ['batch', 'length', 4],
  ],
  'a product of broadcast batches': [matmul(x('batch', 1, 2, 3), y(5, 3, 4)), ['batch', 5, 2, 4]],
  'heads split': [reshape(x('batch', 'length', 12), [0, 0, 3, 4]), ['batch', 'length', 3, 4]],
  'grouped queries': [reshape(x('batch', 6, 'length', 4), [0, 2, -1, 4]), ['batch', 2, '3*length', 4]],
  'rows flattened': [reshape(x('batch', 'length', 12), [-1, 12]), ['batch*length', 12]],
  'rows unflattened': [reshape(x('batch*length', 12), ['batch', 'length', 12]), ['batch', 'length', 12]],
  'a cache grown': [concat([x('batch', 'past', 4), y('batch', 'length', 4)], 1), ['batch', 'length+past', 4]],
  'a slice to the end': [slice(x('batch', 'length'), -1, 1), ['batch', 'length-1']],
  'a slice from the end': [slice(x('batch', 'length'), 1, -1), ['batch', 1]],
  'axes swapped': [transpose(x('batch', 'length', 3, 4), [0, 2, 1, 3]), ['batch', 3, 'length', 4]],
  'a bias': [add(x('batch', 3, 'length', 4), y(4)), ['batch', 3, 'length', 4]],
  'a sum without axes': [sum(x('batch', 4)), []],
  'a sum that keeps its axis': [sum(x('batch', 4), { axes: [-1], keepDims: true }), ['batch', 1]],
  embeddings: [gather(x(100, 8), ids('batch', 'length')), ['batch', 'length', 8]],
  'their gradient': [scatterAdd(x('batch', 'length', 8), ids('batch', 'length'), 100), [100, 8]],
  'an expansion': [expand(x(1, 3), ['batch', 2, 3]), ['batch', 2, 3]],
}

const MISTAKES: Record<string, () => Value> = {
  'inner dims that differ': () => matmul(x(2, 3), y(4, 5)),
  'a product of vectors': () => matmul(x(3), y(3, 4)),
  'dims that cannot be broadcast': () => add(x(2, 3), y(2, 4)),
  'symbols that cannot be broadcast': () => add(x('batch'), y('length')),
  'a reshape to another size': () => reshape(x('batch', 6), ['batch', 5]),
  'a reshape that leaves a remainder': () => reshape(x(7), [2, -1]),
  'a transpose that repeats an axis': () => transpose(x(2, 3), [0, 0]),
  'an axis that is not there': () => slice(x(2, 3), 2, 0),
  'a slice past the end': () => slice(x(2, 3), 1, 0, 4),
  'a slice that ends before it starts': () => slice(x(2, 3), 1, 2, 1),
  'parts of other widths': () => concat([x(2, 3), y(2, 4)], 0),
  'parts of other types': () => concat([x(2), ids(2)], 0),
  'no parts': () => concat([], 0),
  'an expansion of a dim that is not 1': () => expand(x(2), [4]),
  'indices that are floats': () => gather(x(2, 3), y(1)),
  'a norm of another width': () => rmsNorm(x(2, 3), y(4), 1e-5),
  'labels of another count': () => crossEntropy(x(2, 3), ids(3)),
  'rope tables of another width': () => rope(x(1, 2, 3, 4), y(1, 3, 4), y(1, 3, 4)),
  'values that do not fill a constant': () => constant([1, 2], [3]),
  'a function of whole numbers': () => exp(ids(2)),
  'a dropout of everything': () => dropout(x(2), { rate: 1, site: 0, seed: ids() }),
  'a seed that is no input': () => dropout(x(2), { rate: 0.5, site: 0, seed: constant([1], [], 'i32') }),
}

describe('a graph', () => {
  for (const [what, [value, shape]] of Object.entries(SHAPES)) {
    it(`knows the shape of ${what}`, () => deepEqual(value.shape, shape))
  }

  for (const [what, build] of Object.entries(MISTAKES)) {
    it(`refuses ${what}`, () => throws(build, GraphShapeError))
  }
})
