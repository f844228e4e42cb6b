import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { Tensor } from '../../../src/base/tensor.ts'
import { FeedError, MissingWeightError, WeightShapeError } from '../../../src/engine/engine-error.ts'
import type { Executor } from '../../../src/engine/executor.ts'
import { add, exp, mul } from '../../../src/graph/elementwise.ts'
import { gradients } from '../../../src/graph/gradients.ts'
import { constant, input, parameter, weight } from '../../../src/graph/leaves.ts'
import { matmul } from '../../../src/graph/matmul.ts'
import { softmax } from '../../../src/graph/normalization.ts'
import { sum } from '../../../src/graph/reductions.ts'
import { concat, expand, reshape, slice, transpose } from '../../../src/graph/shape-operations.ts'
import {
  buildCase,
  numbersFor,
  OPERATION_CASES,
  PARAMETER_NAMES,
  requireCase,
} from '../../unit/graph/operation-cases.ts'
import type { Numbers } from '../../unit/graph/reference-interpreter.ts'
import { interpret } from '../../unit/graph/reference-interpreter.ts'

export const floats = (shape: readonly number[], data: readonly number[]): Tensor => ({
  dtype: 'f32',
  shape,
  data: Float32Array.from(data),
})

export const ints = (shape: readonly number[], data: readonly number[]): Tensor => ({
  dtype: 'i32',
  shape,
  data: Int32Array.from(data),
})

function close(found: Tensor | undefined, wanted: Numbers | undefined, what: string): void {
  deepEqual(found?.shape, wanted?.shape, what)
  wanted?.data.forEach((value, place) => {
    const error = Math.abs((found?.data[place] ?? Number.NaN) - value)
    ok(
      error <= 2e-5 * Math.max(1, Math.abs(value)),
      `${what}[${place}]: ${found?.data[place]}, wanted ${value}`,
    )
  })
}

/** What every executor does, whatever library it stands on. */
export function describeExecutor(name: string, open: () => Promise<Executor>): void {
  describe(`the ${name} executor`, function () {
    this.timeout(400_000)
    let executor: Executor
    before(async () => {
      executor = await open()
    })
    after(() => executor.close())

    for (const [what, operationCase] of Object.entries(OPERATION_CASES)) {
      it(`computes ${what} and its gradients`, async () => {
        const { parameters, output } = buildCase(operationCase)
        const shape = output.shape.map(Number)
        const loss = sum(mul(output, input('c', shape)))
        const named = Object.fromEntries(
          gradients(loss, parameters).map((g, k) => [`grad ${PARAMETER_NAMES[k]}`, g]),
        )
        const numbers: Record<string, Numbers> = { c: { shape, data: numbersFor(shape, 9) } }
        operationCase.shapes.forEach((s, k) => {
          numbers[PARAMETER_NAMES[k] ?? ''] = { shape: s, data: numbersFor(s, k, operationCase.positive) }
        })
        const program = await executor.compile({ output, loss, ...named }, new Map())
        const fed = Object.entries(numbers).map(([key, n]) => [key, floats(n.shape, n.data)] as const)
        const found = await program.run({ ...Object.fromEntries(fed), seed: ints([], [77]) })
        const outputs = { output, loss, ...named }
        const wanted = interpret(Object.values(outputs), { ...numbers, seed: { shape: [], data: [77] } })
        deepEqual(Object.keys(found).sort(), Object.keys(outputs).sort())
        Object.keys(outputs).forEach((key, k) => {
          close(found[key], wanted[k], key)
        })
        await program.dispose()
      })
    }

    it('runs one program at several sizes', async () => {
      const x = input('x', ['batch', 'length', 4])
      const past = input('past', ['batch', 'past', 4])
      const all = concat([past, x], 1)
      const heads = transpose(reshape(all, [0, 0, 2, 2]), [0, 2, 1, 3])
      const grouped = reshape(heads, ['batch', '2*length+2*past', 2])
      const last = slice(all, 1, 'past')
      const filled = expand(constant([1, 2], [2]), ['batch', 'length', 2])
      const flat = reshape(x, [-1, 2])
      const outputs = { scores: softmax(matmul(grouped, grouped, { transposeB: true })), last, filled, flat }
      const program = await executor.compile(outputs, new Map())
      for (const [batch, length, before] of [
        [1, 3, 2],
        [2, 1, 4],
        [1, 2, 0],
      ] as const) {
        const bindings = { batch, length, past: before }
        const numbers = {
          x: { shape: [batch, length, 4], data: numbersFor([batch, length, 4], 1) },
          past: { shape: [batch, before, 4], data: numbersFor([batch, before, 4], 2) },
        }
        const found = await program.run({
          x: floats(numbers.x.shape, numbers.x.data),
          past: floats(numbers.past.shape, numbers.past.data),
        })
        const wanted = interpret(Object.values(outputs), numbers, bindings)
        Object.keys(outputs).forEach((key, k) => {
          close(found[key], wanted[k], `${key} at ${JSON.stringify(bindings)}`)
        })
      }
    })

    it('runs a program whose sizes were fixed ahead', async () => {
      const x = input('x', ['batch', 'length', 2])
      const y = reshape(exp(x), ['batch*length', 2])
      const program = await executor.compile({ y }, new Map(), { dims: { batch: 2, length: 1 } })
      const { y: found } = await program.run({ x: floats([2, 1, 2], [0, 0, 0, 0]) })
      deepEqual(found, floats([2, 2], [1, 1, 1, 1]))
      await rejects(program.run({ x: floats([1, 1, 2], [0, 0]) }), FeedError)
    })

    it('widens bf16 and f16 weights exactly', async () => {
      const program = await executor.compile(
        { b: mul(weight('b', [3]), parameter('one', [1])), h: mul(weight('h', [3]), parameter('one', [1])) },
        new Map([
          ['b', { shape: [3], dtype: 'bf16', location: { bytes: halves(0x3fc0, 0xc120, 0x0001) } }],
          ['h', { shape: [3], dtype: 'f16', location: { bytes: halves(0x3e00, 0xc900, 0x0400) } }],
        ]),
      )
      const { b, h } = await program.run({ one: floats([1], [1]) })
      deepEqual(b?.data.slice(0, 2), Float32Array.of(1.5, -10))
      deepEqual(h?.data, Float32Array.of(1.5, -10, 2 ** -14))
    })

    it('leaves the fed tensors to the caller', async () => {
      const program = await executor.compile({ y: add(input('x', [2]), 1) }, new Map())
      const x = floats([2], [1, 2])
      await program.run({ x })
      deepEqual(x, floats([2], [1, 2]))
      deepEqual((await program.run({ x }))['y'], floats([2], [2, 3]))
    })

    it('takes a part of shared memory as it is', async () => {
      const program = await executor.compile({ y: add(input('x', [2]), 1) }, new Map())
      const shared = new Float32Array(new SharedArrayBuffer(16))
      shared.set([1, 2, 3, 4])
      const { y } = await program.run({ x: { dtype: 'f32', shape: [2], data: shared.subarray(1, 3) } })
      deepEqual(y, floats([2], [3, 4]))
    })

    it('answers an input or a value under several names', async () => {
      const x = input('x', [2])
      const y = exp(x)
      const program = await executor.compile({ x, first: y, second: exp(input('x', [2])) }, new Map())
      const found = await program.run({ x: floats([2], [0, 0]) })
      deepEqual(found, { x: floats([2], [0, 0]), first: floats([2], [1, 1]), second: floats([2], [1, 1]) })
    })

    it('names the weight that is missing or of another shape', async () => {
      const y = mul(weight('w', [2]), 2)
      await rejects(executor.compile({ y }, new Map()), MissingWeightError)
      const stored = { shape: [3], dtype: 'f32', location: { bytes: new Uint8Array(12) } } as const
      await rejects(executor.compile({ y }, new Map([['w', stored]])), WeightShapeError)
    })

    it('names the feed that is missing, of another type or of another shape', async () => {
      const program = await executor.compile(
        { y: add(input('a', ['n', 2]), input('b', ['n', 2])) },
        new Map(),
      )
      const a = floats([1, 2], [1, 2])
      await rejects(program.run({ a }), (error) => error instanceof FeedError && error.evidence.feed === 'b')
      await rejects(program.run({ a, b: ints([1, 2], [1, 2]) }), FeedError)
      await rejects(program.run({ a, b: floats([2, 2], [1, 2, 3, 4]) }), FeedError)
      await rejects(program.run({ a, b: floats([1, 2], [1, 2, 3]) }), FeedError)
    })

    it('draws one dropout mask for one seed, and others for other seeds', async () => {
      const { output } = buildCase(requireCase('dropout'))
      const program = await executor.compile({ output }, new Map())
      const p = floats([3, 5], Array(15).fill(1))
      const draw = async (seed: number) => (await program.run({ p, seed: ints([], [seed]) }))['output']?.data
      deepEqual(await draw(1), await draw(1))
      equal((await draw(1))?.join() === (await draw(2))?.join(), false)
    })
  })
}

const halves = (...bits: number[]) => new Uint8Array(Uint16Array.from(bits).buffer)
