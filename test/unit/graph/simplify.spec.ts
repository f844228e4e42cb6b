import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { add, exp, mul, silu } from '../../../src/graph/elementwise.ts'
import { GraphShapeError } from '../../../src/graph/graph-error.ts'
import { input, parameter, weight } from '../../../src/graph/leaves.ts'
import { matmul } from '../../../src/graph/matmul.ts'
import { rmsNorm, softmax } from '../../../src/graph/normalization.ts'
import { mean } from '../../../src/graph/reductions.ts'
import { reshape } from '../../../src/graph/shape-operations.ts'
import { simplify } from '../../../src/graph/simplify.ts'
import { topologicalOrder } from '../../../src/graph/topological-order.ts'
import type { Value } from '../../../src/graph/value.ts'
import { numbersFor } from './operation-cases.ts'
import { interpret } from './reference-interpreter.ts'

const count = (values: readonly Value[], kind: string) =>
  topologicalOrder(values).filter((value) => value.operation.kind === kind).length

describe('simplify', () => {
  it('computes equal expressions once', () => {
    const build = () => exp(mul(input('x', [2]), 3))
    const [a, b] = simplify([build(), build()])
    ok(a === b)
    equal(count([add(build(), build())], 'exp'), 2)
    equal(count(simplify([add(build(), build())]), 'exp'), 1)
  })

  it('keeps apart what differs in a constant, a shape or an attribute', () => {
    const x = input('x', [2, 2])
    const y = weight('y', [2, 2])
    const values = [mul(x, 1), mul(x, 2), matmul(x, y), matmul(x, y, { transposeB: true }), reshape(x, [4])]
    equal(new Set(simplify(values)).size, values.length)
  })

  it('refuses one name for two tensors', () => {
    const twice = (a: Value, b: Value) => () => simplify([a, b])
    throws(twice(input('x', [2]), input('x', [3])), GraphShapeError)
    throws(twice(parameter('x', [2]), weight('x', [2])), GraphShapeError)
    throws(twice(input('x', [2]), input('x', [2], 'i32')), GraphShapeError)
  })

  it('works through graphs deeper than the call stack', () => {
    const deep = Array.from({ length: 50_000 }).reduce<Value>((x) => exp(x), input('x', [1]))
    equal(topologicalOrder(simplify([deep])).length, 50_001)
  })

  it('drops reshapes that change nothing and all but the last of a row', () => {
    const x = input('x', [2, 6])
    const back = reshape(reshape(reshape(x, [3, 4]), [12]), [2, 6])
    deepEqual(simplify([back]), [x])
    equal(count(simplify([reshape(reshape(x, [3, 4]), [12])]), 'reshape'), 1)
  })

  it('computes a chain of products on matrices, with the same results', () => {
    const x = input('x', ['batch', 'length', 4])
    const normed = rmsNorm(x, weight('n', [4]), 1e-5)
    const y = silu(matmul(normed, weight('w', [3, 4]), { transposeB: true }))
    const z = add(x, add(matmul(softmax(y), weight('v', [3, 4])), weight('b', [4])))
    const out = mul(z, mean(z, { axes: [-1], keepDims: true }))
    const [better] = simplify([out]) as [Value]
    deepEqual(better.shape, out.shape)
    const products = topologicalOrder([better]).filter((value) => value.operation.kind === 'matmul')
    deepEqual(
      products.map((product) => product.shape),
      [
        ['batch*length', 3],
        ['batch*length', 4],
      ],
    )
    equal(count([better], 'reshape'), 3)
    const feeds = Object.fromEntries(
      [
        ['x', [2, 3, 4]] as const,
        ['n', [4]] as const,
        ['w', [3, 4]] as const,
        ['v', [3, 4]] as const,
        ['b', [4]] as const,
      ].map(([name, shape], k) => [name, { shape: [...shape], data: numbersFor([...shape], k) }]),
    )
    const [found, wanted] = [[better], [out]].map(
      (v) => interpret(v, feeds, { batch: 2, length: 3 })[0]?.data,
    )
    wanted?.forEach((value, place) => {
      ok(Math.abs(value - (found?.[place] ?? Number.NaN)) < 1e-12)
    })
  })
})
