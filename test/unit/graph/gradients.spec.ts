import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { exp, mul } from '../../../src/graph/elementwise.ts'
import { gradients } from '../../../src/graph/gradients.ts'
import { NotDifferentiableError } from '../../../src/graph/graph-error.ts'
import { input, parameter, weight } from '../../../src/graph/leaves.ts'
import { matmul } from '../../../src/graph/matmul.ts'
import { sum } from '../../../src/graph/reductions.ts'
import { gather } from '../../../src/graph/rows.ts'
import { topologicalOrder } from '../../../src/graph/topological-order.ts'
import type { Value } from '../../../src/graph/value.ts'
import type { OperationCase } from './operation-cases.ts'
import { buildCase, numbersFor, OPERATION_CASES, PARAMETER_NAMES } from './operation-cases.ts'
import type { Numbers } from './reference-interpreter.ts'
import { interpret } from './reference-interpreter.ts'

const STEP = 1e-5
const TOLERANCE = 1e-8

/** A loss with another derivative at every element, so that a misplaced gradient shows. */
function weighted(output: Value): { loss: Value; feeds: Record<string, Numbers> } {
  const shape = output.shape.map(Number)
  const feeds = { c: { shape, data: numbersFor(shape, 9) }, seed: { shape: [], data: [77] } }
  return { loss: sum(mul(output, input('c', shape))), feeds }
}

function feedsOf({ shapes, positive }: OperationCase): Record<string, Numbers> {
  const named = shapes.map((shape, place) => {
    const data = numbersFor(shape, place, positive)
    return [PARAMETER_NAMES[place] ?? '', { shape, data }] as const
  })
  return Object.fromEntries(named)
}

function slope(loss: Value, feeds: Record<string, Numbers>, name: string, place: number): number {
  const moved = (by: number) => {
    const held = feeds[name] as Numbers
    const data = held.data.with(place, (held.data[place] ?? 0) + by)
    return interpret([loss], { ...feeds, [name]: { ...held, data } })[0]?.data[0] ?? Number.NaN
  }
  return (moved(STEP) - moved(-STEP)) / (2 * STEP)
}

describe('gradients', () => {
  for (const [name, operationCase] of Object.entries(OPERATION_CASES)) {
    it(`of ${name} are the slopes of the loss`, () => {
      const { parameters, output } = buildCase(operationCase)
      const { loss, feeds: constants } = weighted(output)
      const feeds = { ...feedsOf(operationCase), ...constants }
      const found = interpret(gradients(loss, parameters), feeds)
      found.forEach((gradient, k) => {
        deepEqual(gradient.shape, operationCase.shapes[k])
        gradient.data.forEach((value, place) => {
          const wanted = slope(loss, feeds, PARAMETER_NAMES[k] ?? '', place)
          ok(
            Math.abs(value - wanted) < TOLERANCE,
            `${PARAMETER_NAMES[k]}[${place}]: ${value}, slope ${wanted}`,
          )
        })
      })
    })
  }

  it('are zeros for a parameter that the loss does not depend on', () => {
    const p = parameter('p', [2])
    const [gradient] = interpret(gradients(sum(parameter('q', [3])), [p]), {})
    deepEqual(gradient, { shape: [2], data: [0, 0] })
  })

  it('flow through every leaf of one name', () => {
    const loss = sum(mul(parameter('p', [2]), parameter('p', [2])))
    const [gradient] = interpret(gradients(loss, [parameter('p', [2])]), { p: { shape: [2], data: [3, 4] } })
    deepEqual(gradient?.data, [6, 8])
  })

  it('build nothing for frozen weights, nor before the first wanted value', () => {
    const x = exp(input('x', [2, 3]))
    const h = matmul(matmul(x, weight('w', [3, 3])), parameter('p', [3, 4]))
    const out = sum(matmul(h, weight('v', [4, 5])))
    const products = (values: Value[]) =>
      topologicalOrder(values).filter((value) => value.operation.kind === 'matmul').length
    equal(products([out]), 3)
    equal(products([out, ...gradients(out, [parameter('p', [3, 4])])]), 5)
  })

  it('flow through a gather from a table of unknown length', () => {
    const x = input('x', ['rows', 2])
    const picked = gather(matmul(x, parameter('p', [2, 1])), input('i', ['picks'], 'i32'))
    const feeds = {
      x: { shape: [3, 2], data: [1, 2, 3, 4, 5, 6] },
      i: { shape: [2], data: [2, 2] },
      p: { shape: [2, 1], data: [1, 1] },
    }
    const [gradient] = interpret(gradients(sum(picked), [parameter('p', [2, 1])]), feeds, {
      rows: 3,
      picks: 2,
    })
    deepEqual(gradient?.data, [10, 12])
  })

  it('are refused of a loss that is no scalar', () => {
    throws(() => gradients(parameter('p', [2]), []), NotDifferentiableError)
  })

  it('are refused through the indices of a gather', () => {
    const indices = input('i', [2], 'i32')
    const loss = sum(gather(parameter('p', [3, 2]), indices))
    throws(() => gradients(loss, [indices]), NotDifferentiableError)
  })
})
