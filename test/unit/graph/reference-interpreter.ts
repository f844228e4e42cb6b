import { IGNORED_LABEL } from '../../../src/graph/cross-entropy.ts'
import type { Bindings } from '../../../src/graph/dim.ts'
import { evaluateDim, evaluateShape } from '../../../src/graph/dim.ts'
import { dropoutBits } from '../../../src/graph/dropout-bits.ts'
import { topologicalOrder } from '../../../src/graph/topological-order.ts'
import type { OperationKind, OperationOf, Value } from '../../../src/graph/value.ts'

/** A float64 array of any rank, row-major. */
export interface Numbers {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

type Index = readonly number[]

interface Computation<Kind extends OperationKind> {
  readonly operation: OperationOf<Kind>
  readonly shape: readonly number[]
  readonly inputs: readonly Numbers[]
  readonly bindings: Bindings
}

type Interpret<Kind extends OperationKind> = (computation: Computation<Kind>) => (at: Index) => number

const stridesOf = (shape: readonly number[]) =>
  shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1))

/** One element; axes of size 1 and missing leading axes are broadcast. */
function read(x: Numbers | undefined, at: Index): number {
  if (x === undefined) throw new TypeError('an operand is missing')
  const strides = stridesOf(x.shape)
  const skipped = at.length - x.shape.length
  const place = x.shape.reduce(
    (sum, size, axis) => sum + (size === 1 ? 0 : (at[axis + skipped] ?? 0)) * (strides[axis] ?? 0),
    0,
  )
  return x.data[place] ?? Number.NaN
}

function indicesOf(shape: readonly number[]): Index[] {
  return shape.reduce<Index[]>(
    (all, size) => all.flatMap((at) => [...Array(size).keys()].map((i) => [...at, i])),
    [[]],
  )
}

const build = (shape: readonly number[], element: (at: Index) => number): Numbers => ({
  shape,
  data: indicesOf(shape).map(element),
})

/** Abramowitz and Stegun give too few digits: this is the Maclaurin series, exact for the small x of tests. */
function erf(x: number): number {
  let term = x
  let sum = x
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n
    sum += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const each =
  (f: (x: number) => number) =>
  ({ inputs: [x] }: { inputs: readonly Numbers[] }) =>
  (at: Index) =>
    f(read(x, at))
const both =
  (f: (a: number, b: number) => number) =>
  ({ inputs: [a, b] }: { inputs: readonly Numbers[] }) =>
  (at: Index) =>
    f(read(a, at), read(b, at))
const total = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)
const rowOf = (x: Numbers | undefined, at: Index) =>
  [...Array(x?.shape.at(-1) ?? 0).keys()].map((j) => read(x, at.with(-1, j)))
const shifted = (at: Index, axis: number, by: number) => at.with(axis, (at[axis] ?? 0) + by)

function softmaxOf(row: readonly number[]): number[] {
  const top = Math.max(...row)
  const exponents = row.map((x) => Math.exp(x - top))
  return exponents.map((e) => e / total(exponents))
}

const sameElements: Interpret<'reshape'> =
  ({ inputs: [x], shape }) =>
  (at) =>
    x?.data[total(at.map((i, axis) => i * (stridesOf(shape)[axis] ?? 0)))] ?? Number.NaN

const normalise =
  (centre: boolean) =>
  ({ operation, inputs: [x, scale, bias] }: Computation<'rmsNorm' | 'layerNorm'>) =>
  (at: Index) => {
    const row = rowOf(x, at)
    const mean = centre ? total(row) / row.length : 0
    const variance = total(row.map((v) => (v - mean) ** 2)) / row.length
    const normal = (read(x, at) - mean) / Math.sqrt(variance + operation.epsilon)
    return normal * read(scale, at) + (bias === undefined ? 0 : read(bias, at))
  }

const reduce =
  (average: boolean) =>
  ({ operation: { axes, keepDims }, inputs: [x] }: Computation<'sum' | 'mean'>) =>
  (at: Index) => {
    const places = [...at]
    const kept = (x?.shape ?? []).map((_, axis) => {
      const reduced = axes.includes(axis)
      const place = reduced && !keepDims ? 0 : (places.shift() ?? 0)
      return reduced ? 0 : place
    })
    const all = indicesOf(axes.map((axis) => x?.shape[axis] ?? 1)).map((inner) =>
      read(
        x,
        axes.reduce<Index>((index, axis, k) => index.with(axis, inner[k] ?? 0), kept),
      ),
    )
    return total(all) / (average ? all.length : 1)
  }

function labelOf(labels: Numbers | undefined, at: Index): number {
  return read(labels, at.slice(0, 1))
}

const fed = () => {
  throw new TypeError('leaves are fed')
}

const interpreters: { [Kind in OperationKind]: Interpret<Kind> } = {
  input: fed,
  parameter: fed,
  weight: fed,
  constant:
    ({ operation: { values }, shape }) =>
    (at) =>
      read({ shape, data: values }, at),
  neg: each((x) => -x),
  exp: each(Math.exp),
  log: each(Math.log),
  sqrt: each(Math.sqrt),
  rsqrt: each((x) => 1 / Math.sqrt(x)),
  tanh: each(Math.tanh),
  sigmoid: each(sigmoid),
  erf: each(erf),
  silu: each((x) => x * sigmoid(x)),
  gelu: each((x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2))),
  geluTanh: each((x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))),
  add: both((a, b) => a + b),
  sub: both((a, b) => a - b),
  mul: both((a, b) => a * b),
  div: both((a, b) => a / b),
  matmul:
    ({ operation: { transposeA, transposeB, scale }, inputs: [a, b] }) =>
    (at) => {
      const inner = a?.shape.at(transposeA ? -2 : -1) ?? 0
      const [i = 0, j = 0] = at.slice(-2)
      const batch = at.slice(0, -2)
      const pick = (x: Numbers | undefined, row: number, column: number, swap: boolean) =>
        read(x, [...batch, ...(swap ? [column, row] : [row, column])])
      return (
        scale *
        total([...Array(inner).keys()].map((k) => pick(a, i, k, transposeA) * pick(b, k, j, transposeB)))
      )
    },
  sum: reduce(false),
  mean: reduce(true),
  reshape: sameElements,
  expand: each((x) => x),
  transpose:
    ({ operation: { order }, inputs: [x] }) =>
    (at) =>
      read(
        x,
        order.map((_, axis) => at[order.indexOf(axis)] ?? 0),
      ),
  slice:
    ({ operation: { axis, start }, inputs: [x], bindings }) =>
    (at) =>
      read(x, shifted(at, axis, evaluateDim(start, bindings))),
  concat:
    ({ operation: { axis }, inputs }) =>
    (at) => {
      let rest = at[axis] ?? 0
      for (const part of inputs) {
        const size = part.shape[axis] ?? 0
        if (rest < size) return read(part, at.with(axis, rest))
        rest -= size
      }
      return Number.NaN
    },
  gather:
    ({ inputs: [table, indices] }) =>
    (at) => {
      const rank = indices?.shape.length ?? 0
      return read(table, [read(indices, at.slice(0, rank)), ...at.slice(rank)])
    },
  scatterAdd:
    ({ inputs: [rows, indices] }) =>
    (at) => {
      const hits = indicesOf(indices?.shape ?? []).filter((place) => read(indices, place) === at[0])
      return total(hits.map((place) => read(rows, [...place, ...at.slice(1)])))
    },
  softmax:
    ({ inputs: [x] }) =>
    (at) =>
      softmaxOf(rowOf(x, at))[at.at(-1) ?? 0] ?? Number.NaN,
  rmsNorm: normalise(false),
  layerNorm: normalise(true),
  rope:
    ({ inputs: [x, cos, sin], shape }) =>
    (at) => {
      const half = (shape[3] ?? 0) / 2
      const [b = 0, , t = 0, i = 0] = at
      const angle = [b, t, i % half]
      const other = i < half ? -read(x, shifted(at, 3, half)) : read(x, shifted(at, 3, -half))
      return read(x, at) * read(cos, angle) + other * read(sin, angle)
    },
  crossEntropy:
    ({ inputs: [logits, labels] }) =>
    (at) => {
      const label = labelOf(labels, at)
      if (label === IGNORED_LABEL) return 0
      return -Math.log(softmaxOf(rowOf(logits, [...at, 0]))[label] ?? Number.NaN)
    },
  crossEntropyGradient:
    ({ inputs: [logits, labels, upstream] }) =>
    (at) => {
      const label = labelOf(labels, at)
      if (label === IGNORED_LABEL) return 0
      const probability = softmaxOf(rowOf(logits, at))[at[1] ?? 0] ?? Number.NaN
      return (probability - (label === at[1] ? 1 : 0)) * read(upstream, at.slice(0, 1))
    },
  dropoutMask: ({ operation: { site, rate }, inputs: [seed], shape }) => {
    const bits = dropoutBits(
      read(seed, []),
      site,
      rate,
      shape.reduce((a, b) => a * b, 1),
    )
    return (at) => read({ shape, data: [...bits] }, at) / (1 - rate)
  },
}

/** Computes values one element at a time, in float64, in the plainest way; leaves are fed by name. */
export function interpret(
  outputs: readonly Value[],
  feeds: Readonly<Record<string, Numbers>>,
  bindings: Bindings = {},
): Numbers[] {
  const computed = new Map<Value, Numbers>()
  for (const value of topologicalOrder(outputs))
    computed.set(value, compute(value, computed, feeds, bindings))
  return outputs.map((output) => computed.get(output) as Numbers)
}

function compute(
  value: Value,
  computed: ReadonlyMap<Value, Numbers>,
  feeds: Readonly<Record<string, Numbers>>,
  bindings: Bindings,
): Numbers {
  const { operation } = value
  if ('name' in operation) return feeds[operation.name] as Numbers
  const shape = evaluateShape(value.shape, bindings)
  const inputs = value.inputs.map((input) => computed.get(input) as Numbers)
  const rule = interpreters[operation.kind] as Interpret<OperationKind>
  return build(shape, rule({ operation, shape, inputs, bindings }))
}
