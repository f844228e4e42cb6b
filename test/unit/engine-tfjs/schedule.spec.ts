import { deepEqual, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { schedule } from '../../../src/engine/tfjs/schedule.ts'
import { dropout } from '../../../src/graph/dropout.ts'
import { add, exp, mul, tanh } from '../../../src/graph/elementwise.ts'
import { gradients } from '../../../src/graph/gradients.ts'
import { input, parameter } from '../../../src/graph/leaves.ts'
import { matmul } from '../../../src/graph/matmul.ts'
import { sum } from '../../../src/graph/reductions.ts'
import { simplify } from '../../../src/graph/simplify.ts'
import { topologicalOrder } from '../../../src/graph/topological-order.ts'
import type { Value } from '../../../src/graph/value.ts'

const LAYERS = 12

/** A deep stack of layers with the loss and the gradient of every layer's parameter. */
function deepNetwork(rate: number): Value[] {
  const seed = input('seed', [], 'i32')
  const parameters = Array.from({ length: LAYERS }, (_, layer) => parameter(`p${layer}`, [8, 8]))
  const top = parameters.reduce(
    (x, p, site) => dropout(tanh(matmul(x, p)), { rate, seed, site }),
    input('x', [4, 8]),
  )
  const loss = sum(mul(top, top))
  return simplify([loss, ...gradients(loss, parameters)])
}

/** The most intermediate values that are there at once, where each goes after its last use. */
function peak(order: readonly Value[], outputs: readonly Value[]): number {
  const last = new Map<Value, number>()
  order.forEach((value, place) => {
    for (const operand of value.inputs) last.set(operand, place)
  })
  const live = new Set<Value>()
  return order.reduce((most, value, place) => {
    if (value.inputs.length > 0) live.add(value)
    const size = live.size
    for (const other of live) if (last.get(other) === place && !outputs.includes(other)) live.delete(other)
    return Math.max(most, size)
  }, 0)
}

/** Random graphs: every node takes two earlier ones. */
const graphs = fc
  .array(fc.tuple(fc.nat(), fc.nat(), fc.boolean()), { minLength: 1, maxLength: 30 })
  .map((nodes) => {
    const values: Value[] = [input('x', [2]), input('y', [2])]
    for (const [a, b, product] of nodes) {
      const [x, y] = [values[a % values.length], values[b % values.length]] as [Value, Value]
      values.push(product ? mul(x, y) : add(exp(x), y))
    }
    return { values, outputs: [values.at(-1), values[Math.floor(values.length / 2)]] as Value[] }
  })

describe('the order a graph is interpreted in', () => {
  it('has every needed value once, after all it is computed from', () => {
    fc.assert(
      fc.property(graphs, ({ outputs }) => {
        const seen = new Set<Value>()
        for (const { value } of schedule(outputs)) {
          ok(value.inputs.every((operand) => seen.has(operand)))
          ok(!seen.has(value))
          seen.add(value)
        }
        deepEqual(seen, new Set(topologicalOrder(outputs)))
      }),
    )
  })

  it('lets go of every value but the outputs exactly once, and nobody needs it later', () => {
    fc.assert(
      fc.property(graphs, ({ outputs }) => {
        const gone = new Set<Value>()
        for (const { value, expired } of schedule(outputs)) {
          ok(value.inputs.every((operand) => !gone.has(operand)))
          for (const done of expired) {
            ok(!gone.has(done) && !outputs.includes(done))
            gone.add(done)
          }
        }
        deepEqual(new Set([...gone, ...outputs]), new Set(topologicalOrder(outputs)))
      }),
    )
  })

  it('takes each gradient on the way back, so that fewer values are there at once', () => {
    const outputs = deepNetwork(0)
    const scheduled = peak(
      schedule(outputs).map((step) => step.value),
      outputs,
    )
    ok(scheduled < peak(topologicalOrder(outputs), outputs) / 1.5, `${scheduled}`)
    ok(scheduled <= LAYERS + 6, `${scheduled}`)
  })

  it('draws a dropout mask right before its use', () => {
    const order = schedule(deepNetwork(0.5)).map((step) => step.value)
    const masks = order.filter((value) => value.operation.kind === 'dropoutMask')
    ok(masks.length >= LAYERS)
    for (const mask of masks) {
      const use = order.findIndex((value) => value.inputs.includes(mask))
      ok(use - order.indexOf(mask) <= 2)
    }
  })
})
