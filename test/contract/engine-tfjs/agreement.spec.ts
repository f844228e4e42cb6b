import { deepEqual, ok } from 'node:assert/strict'
import { random } from '../../../src/base/random.ts'
import type { Tensor } from '../../../src/base/tensor.ts'
import type { Executor, Feeds, Fetches } from '../../../src/engine/executor.ts'
import { createOnnxExecutor } from '../../../src/engine/onnxruntime/onnx-executor.ts'
import { createTfjsExecutor } from '../../../src/engine/tfjs/tfjs-executor.ts'
import type { StoredWeight } from '../../../src/engine/weight-source.ts'
import { mul } from '../../../src/graph/elementwise.ts'
import { gradients } from '../../../src/graph/gradients.ts'
import { sum } from '../../../src/graph/reductions.ts'
import { topologicalOrder } from '../../../src/graph/topological-order.ts'
import type { Value } from '../../../src/graph/value.ts'
import { buildCase, numbersFor, OPERATION_CASES, PARAMETER_NAMES } from '../../unit/graph/operation-cases.ts'
import { floats, ints } from '../engine/executor-contract.ts'
import { gpt2Layer, llamaLayer, VOCABULARY } from './composite-graphs.ts'

const RELATIVE = 1e-5

/** Every number within 1e-5 of the largest of its tensor. */
function agree(found: Fetches, wanted: Fetches): void {
  deepEqual(Object.keys(found).sort(), Object.keys(wanted).sort())
  for (const [name, tensor] of Object.entries(wanted)) {
    const other = found[name]
    deepEqual(other?.shape, tensor.shape, name)
    const largest = Math.max(1e-3, ...[...tensor.data].map(Math.abs))
    tensor.data.forEach((value: number, place: number) => {
      const difference = Math.abs((other?.data[place] ?? Number.NaN) - value)
      ok(difference <= RELATIVE * largest, `${name}[${place}] differs by ${difference} of ${largest}`)
    })
  }
}

function uniform(shape: readonly number[], label: string): number[] {
  const source = random('agreement', label)
  return Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => source.uniform() - 0.5)
}

function weightsOf(outputs: Record<string, Value>): Map<string, StoredWeight> {
  const leaves = topologicalOrder(Object.values(outputs)).flatMap(({ operation, shape }) =>
    operation.kind === 'weight' ? [[operation.name, shape.map(Number)] as const] : [],
  )
  return new Map(
    leaves.map(([name, shape]) => {
      const bytes = new Uint8Array(Float32Array.from(uniform(shape, name)).buffer)
      return [name, { shape, dtype: 'f32', location: { bytes } }]
    }),
  )
}

function parametersOf(outputs: Record<string, Value>): Record<string, Tensor> {
  const leaves = topologicalOrder(Object.values(outputs)).flatMap(({ operation, shape }) =>
    operation.kind === 'parameter' ? [[operation.name, shape.map(Number)] as const] : [],
  )
  return Object.fromEntries(leaves.map(([name, shape]) => [name, floats(shape, uniform(shape, name))]))
}

/** Two sentences, the second padded. */
function sentences(batch: number, length: number): Feeds {
  const count = batch * length
  const each = (turn: (t: number, b: number) => number) =>
    Array.from({ length: count }, (_, i) => turn(i % length, Math.floor(i / length)))
  const angles = Array.from(
    { length: count * 2 },
    (_, i) => (Math.floor(i / 2) % length) / (i % 2 === 0 ? 1 : 10),
  )
  const isPadding = (t: number, b: number) => b === 1 && t >= length - 2
  const bias = Array.from({ length: count * length }, (_, i) => {
    const [key, query, b] = [i % length, Math.floor(i / length) % length, Math.floor(i / length / length)]
    return key > query || isPadding(key, b) ? -1e9 : 0
  })
  return {
    ids: ints(
      [batch, length],
      each((t, b) => (3 * t + 5 * b) % VOCABULARY),
    ),
    labels: ints(
      [batch, length],
      each((t, b) => (t === 0 || isPadding(t, b) ? -100 : (7 * t + b) % VOCABULARY)),
    ),
    places: ints(
      [batch, length],
      each((t) => t),
    ),
    cos: floats([batch, length, 2], angles.map(Math.cos)),
    sin: floats([batch, length, 2], angles.map(Math.sin)),
    bias: floats([batch, 1, length, length], bias),
    seed: ints([], [123456789]),
  }
}

describe('tfjs and onnxruntime agree', function () {
  this.timeout(400_000)
  let tfjs: Executor
  let onnxruntime: Executor
  before(async () => {
    tfjs = await createTfjsExecutor({ device: 'tfjs' })
    onnxruntime = await createOnnxExecutor({ device: 'cpu', threads: 1 })
  })
  after(() => Promise.all([tfjs.close(), onnxruntime.close()]))

  async function compare(outputs: Record<string, Value>, feeds: readonly Feeds[]): Promise<void> {
    const weights = weightsOf(outputs)
    const [left, right] = await Promise.all([
      tfjs.compile(outputs, weights),
      onnxruntime.compile(outputs, weights),
    ])
    for (const fed of feeds) agree(await left.run(fed), await right.run(fed))
    await Promise.all([left.dispose(), right.dispose()])
  }

  for (const [name, operationCase] of Object.entries(OPERATION_CASES)) {
    it(`on ${name} and its gradients`, async () => {
      const { parameters, output } = buildCase(operationCase)
      const found = gradients(sum(mul(output, output)), parameters)
      const named = Object.fromEntries(found.map((gradient, place) => [`gradient ${place}`, gradient]))
      const feeds = operationCase.shapes.map((shape, place) => [
        PARAMETER_NAMES[place] ?? '',
        floats(shape, numbersFor(shape, place, operationCase.positive)),
      ])
      await compare({ output, ...named }, [{ ...Object.fromEntries(feeds), seed: ints([], [5]) }])
    })
  }

  for (const [name, build] of Object.entries({ llamaLayer, gpt2Layer })) {
    it(`on a ${name}, its loss and all its gradients, at several sizes`, async () => {
      const outputs = build()
      const parameters = parametersOf(outputs)
      const sizes = [
        [1, 3],
        [2, 5],
        [3, 8],
      ] as const
      await compare(
        outputs,
        sizes.map(([batch, length]) => ({ ...sentences(batch, length), ...parameters })),
      )
    })
  }
})
