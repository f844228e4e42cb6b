import { crossEntropy } from '../../../src/graph/cross-entropy.ts'
import { dropout } from '../../../src/graph/dropout.ts'
import {
  add,
  div,
  erf,
  exp,
  gelu,
  geluTanh,
  log,
  mul,
  neg,
  rsqrt,
  sigmoid,
  silu,
  sqrt,
  sub,
  tanh,
} from '../../../src/graph/elementwise.ts'
import { constant, input, parameter } from '../../../src/graph/leaves.ts'
import { matmul } from '../../../src/graph/matmul.ts'
import { layerNorm, rmsNorm, softmax } from '../../../src/graph/normalization.ts'
import { mean, sum } from '../../../src/graph/reductions.ts'
import { rope } from '../../../src/graph/rope.ts'
import { gather, scatterAdd } from '../../../src/graph/rows.ts'
import { concat, expand, reshape, slice, transpose } from '../../../src/graph/shape-operations.ts'
import type { Value } from '../../../src/graph/value.ts'

/** One use of every operation, by what it shows. `p`, `q`, `r` are parameters of the shapes given. */
export interface OperationCase {
  readonly shapes: readonly (readonly number[])[]
  readonly build: (...parameters: [Value, Value, Value]) => Value
  /** Keep the parameters positive (roots, logarithms, divisors). */
  readonly positive?: boolean
}

const unaryCases = Object.fromEntries([
  ...Object.entries({ neg, exp, tanh, sigmoid, erf, silu, gelu, geluTanh }).map(
    ([name, build]) => [name, { shapes: [[2, 3]], build }] as const,
  ),
  ...Object.entries({ log, sqrt, rsqrt }).map(
    ([name, build]) => [name, { shapes: [[2, 3]], positive: true, build }] as const,
  ),
])

const ids = () => constant([1, 0, 1, 3], [2, 2], 'i32')
const table = (turn: (x: number) => number) =>
  constant(
    Array.from({ length: 12 }, (_, i) => turn(i / 5)),
    [2, 3, 2],
  )

export const OPERATION_CASES: Readonly<Record<string, OperationCase>> = {
  ...unaryCases,
  'add with broadcasting': {
    shapes: [
      [2, 1, 3],
      [4, 1],
    ],
    build: add,
  },
  'sub with broadcasting': { shapes: [[3], [2, 3]], build: sub },
  'mul with broadcasting': { shapes: [[2, 3], []], build: mul },
  'div with broadcasting': {
    shapes: [
      [2, 3],
      [1, 3],
    ],
    positive: true,
    build: div,
  },
  'matmul of matrices': {
    shapes: [
      [2, 3],
      [3, 4],
    ],
    build: (p, q) => matmul(p, q),
  },
  'matmul, left transposed': {
    shapes: [
      [3, 2],
      [3, 4],
    ],
    build: (p, q) => matmul(p, q, { transposeA: true }),
  },
  'matmul, right transposed': {
    shapes: [
      [2, 3],
      [4, 3],
    ],
    build: (p, q) => matmul(p, q, { transposeB: true }),
  },
  'matmul, both transposed and scaled': {
    shapes: [
      [3, 2],
      [4, 3],
    ],
    build: (p, q) => matmul(p, q, { transposeA: true, transposeB: true, scale: 0.3 }),
  },
  'matmul of a batch by a matrix': {
    shapes: [
      [2, 2, 3],
      [3, 2],
    ],
    build: (p, q) => matmul(p, q),
  },
  'matmul of a batch by a transposed matrix, scaled': {
    shapes: [
      [2, 2, 3],
      [4, 3],
    ],
    build: (p, q) => matmul(p, q, { transposeB: true, scale: 2 }),
  },
  'matmul of a transposed batch by a matrix': {
    shapes: [
      [2, 3, 2],
      [3, 2],
    ],
    build: (p, q) => matmul(p, q, { transposeA: true }),
  },
  'matmul of broadcast batches, right transposed': {
    shapes: [
      [2, 1, 2, 3],
      [3, 4, 3],
    ],
    build: (p, q) => matmul(p, q, { transposeB: true }),
  },
  'sum over an axis': { shapes: [[2, 3, 2]], build: (p) => exp(sum(p, { axes: [1] })) },
  'sum over everything': { shapes: [[2, 3]], build: (p) => exp(sum(p)) },
  'mean over two axes, kept': {
    shapes: [[2, 3, 2]],
    build: (p) => exp(mean(p, { axes: [0, -1], keepDims: true })),
  },
  reshape: { shapes: [[2, 6]], build: (p) => reshape(p, [0, 3, -1]) },
  transpose: { shapes: [[2, 3, 4]], build: (p) => transpose(p, [2, 0, 1]) },
  'slice from the middle': { shapes: [[2, 5]], build: (p) => slice(p, 1, 1, 4) },
  'slices that cover an axis': {
    shapes: [[2, 4]],
    build: (p) => concat([exp(slice(p, 1, 0, 1)), mul(slice(p, 1, 1), 3)], 1),
  },
  'overlapping slices': { shapes: [[4]], build: (p) => add(slice(p, 0, 0, 3), exp(slice(p, 0, 1))) },
  concat: {
    shapes: [
      [2, 1],
      [2, 3],
      [2, 2],
    ],
    build: (p, q, r) => concat([p, q, r], 1),
  },
  expand: { shapes: [[3, 1]], build: (p) => expand(p, [2, 3, 4]) },
  'gather with repeated rows': { shapes: [[4, 3]], build: (p) => gather(p, ids()) },
  'scatterAdd with repeated rows': { shapes: [[2, 2, 3]], build: (p) => scatterAdd(p, ids(), 5) },
  softmax: { shapes: [[2, 3, 4]], build: softmax },
  rmsNorm: { shapes: [[2, 2, 4], [4]], build: (p, q) => rmsNorm(p, q, 1e-5) },
  layerNorm: { shapes: [[2, 4], [4], [4]], build: (p, q, r) => layerNorm(p, q, r, 1e-5) },
  rope: { shapes: [[2, 2, 3, 4]], build: (p) => rope(p, table(Math.cos), table(Math.sin)) },
  'crossEntropy with an ignored row': {
    shapes: [[3, 5]],
    build: (p) => crossEntropy(p, constant([4, -100, 0], [3], 'i32')),
  },
  'crossEntropy of a product': {
    shapes: [
      [3, 2],
      [5, 2],
    ],
    build: (p, q) => crossEntropy(matmul(p, q, { transposeB: true }), constant([4, -100, 0], [3], 'i32')),
  },
  'crossEntropy of a product by a table as it is': {
    shapes: [
      [3, 2],
      [2, 5],
    ],
    build: (p, q) => crossEntropy(matmul(p, q), constant([4, -100, 0], [3], 'i32')),
  },
  dropout: {
    shapes: [[3, 5]],
    build: (p) => dropout(p, { rate: 0.4, seed: input('seed', [], 'i32'), site: 7 }),
  },
  'a value used twice': { shapes: [[2, 2]], build: (p) => add(mul(p, p), exp(p)) },
}

export function requireCase(name: string): OperationCase {
  const found = OPERATION_CASES[name]
  if (found === undefined) throw new TypeError(`no case ${name}`)
  return found
}

export const PARAMETER_NAMES = ['p', 'q', 'r'] as const

/** The parameters of a case and the value it builds from them. */
export function buildCase({ shapes, build }: OperationCase): { parameters: Value[]; output: Value } {
  const parameters = PARAMETER_NAMES.map((name, place) => parameter(name, shapes[place] ?? []))
  const [p, q, r] = parameters as [Value, Value, Value]
  return { parameters: parameters.slice(0, shapes.length), output: build(p, q, r) }
}

/** Fixed numbers between -1.3 and 1.3 (or 0.5 and 1.8) that no gradient finds special. */
export function numbersFor(shape: readonly number[], start: number, positive = false): number[] {
  const count = shape.reduce((a, b) => a * b, 1)
  const wave = (i: number) => 1.3 * Math.sin(12.9898 * (i + 1) + 4.1414 * start)
  return Array.from({ length: count }, (_, i) => (positive ? 1.15 + wave(i) / 2 : wave(i)))
}
