import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EngineFailureError } from '../../../src/engine/engine-error.ts'
import type { Executor } from '../../../src/engine/executor.ts'
import type { TensorFlow } from '../../../src/engine/tfjs/tensor-flow.ts'
import { createTfjsExecutor } from '../../../src/engine/tfjs/tfjs-executor.ts'
import type { StoredWeight } from '../../../src/engine/weight-source.ts'
import { exp, mul } from '../../../src/graph/elementwise.ts'
import { gradients } from '../../../src/graph/gradients.ts'
import { input, weight } from '../../../src/graph/leaves.ts'
import { sum } from '../../../src/graph/reductions.ts'
import { gather } from '../../../src/graph/rows.ts'
import { floats, ints } from '../../contract/engine/executor-contract.ts'
import { buildCase, numbersFor, OPERATION_CASES, PARAMETER_NAMES } from '../graph/operation-cases.ts'

// The library has one core a process, so this is the executor's own.
const tf = createRequire(import.meta.url)('@tensorflow/tfjs') as TensorFlow
const tensors = () => tf.memory().numTensors

const stored = (values: readonly number[]): StoredWeight => ({
  shape: [values.length],
  dtype: 'f32',
  location: { bytes: new Uint8Array(Float32Array.from(values).buffer) },
})

describe('memory of the tfjs executor', function () {
  this.timeout(400_000)
  let executor: Executor
  let folder: string
  beforeEach(async () => {
    executor = await createTfjsExecutor({ device: 'tfjs' })
    folder = mkdtempSync(join(tmpdir(), 'flexswarm-tfjs-'))
  })
  afterEach(async () => {
    await executor.close()
    rmSync(folder, { recursive: true })
  })

  it('is the same before and after running any operation and its gradients', async () => {
    const before = tensors()
    for (const [name, operationCase] of Object.entries(OPERATION_CASES)) {
      const { parameters, output } = buildCase(operationCase)
      const found = gradients(sum(output), parameters)
      const named = Object.fromEntries(found.map((gradient, place) => [`${place}`, gradient]))
      const program = await executor.compile({ output, ...named }, new Map())
      const held = tensors()
      const feeds = Object.fromEntries(
        operationCase.shapes.map((shape, place) => [
          PARAMETER_NAMES[place] ?? '',
          floats(shape, numbersFor(shape, place, operationCase.positive)),
        ]),
      )
      await program.run({ ...feeds, seed: ints([], [1]) })
      await program.run({ ...feeds, seed: ints([], [2]) })
      equal(tensors(), held, name)
      await program.dispose()
      equal(tensors(), before, name)
    }
  })

  it('is the same before and after a run that fails', async () => {
    const y = exp(gather(exp(input('table', ['rows', 2])), input('ids', ['n'], 'i32')))
    const program = await executor.compile({ y }, new Map())
    const held = tensors()
    const feeds = { table: floats([2, 2], [1, 2, 3, 4]), ids: ints([1], [7]) }
    await rejects(program.run(feeds), EngineFailureError)
    equal(tensors(), held)
  })

  it('is the same where a program is refused', async () => {
    const before = tensors()
    const y = mul(weight('a', [2]), weight('missing', [2]))
    await rejects(executor.compile({ y }, new Map([['a', stored([1, 2])]])))
    equal(tensors(), before)
  })

  it('holds as few values as are needed at a time', async () => {
    const layers = 40
    let x = input('x', [1000])
    for (let layer = 0; layer < layers; layer++) x = exp(mul(x, 0.1))
    const program = await executor.compile({ x }, new Map())
    const { peakBytes } = await tf.profile(async () => {
      await program.run({ x: floats([1000], new Array(1000).fill(1)) })
      return tf.scalar(0)
    })
    ok(peakBytes < 4 * 1000 * 4 + tf.memory().numBytes, `${peakBytes}`)
  })

  it('is taken for a weight once, however many programs use that stretch of a file', async () => {
    const file = join(folder, 'weights')
    writeFileSync(file, new Uint8Array(Float32Array.of(1, 2, 3).buffer))
    const source = new Map([
      ['w', { shape: [2], dtype: 'f32', location: { file, offset: 4, length: 8 } } as const],
    ])
    const before = tensors()
    const [first, second] = [
      await executor.compile({ y: weight('w', [2]) }, source),
      await executor.compile({ y: weight('w', [2]) }, source),
    ]
    equal(tensors() - before, 1)
    await first?.dispose()
    deepEqual(await second?.run({}), { y: floats([2], [2, 3]) })
    await second?.dispose()
    equal(tensors(), before)
  })

  it('is not shared with a file that was written anew', async () => {
    const file = join(folder, 'weights')
    const source = new Map([
      ['w', { shape: [1], dtype: 'f32', location: { file, offset: 0, length: 4 } } as const],
    ])
    const write = (value: number, seconds: number) => {
      writeFileSync(file, new Uint8Array(Float32Array.of(value).buffer))
      utimesSync(file, seconds, seconds)
    }
    write(1, 1000)
    const old = await executor.compile({ y: weight('w', [1]) }, source)
    write(2, 2000)
    const renewed = await executor.compile({ y: weight('w', [1]) }, source)
    deepEqual([(await old.run({}))['y'], (await renewed.run({}))['y']], [floats([1], [1]), floats([1], [2])])
  })

  it('leaves a weight’s bytes to the caller', async () => {
    const w = stored([1, 2])
    const program = await executor.compile({ y: weight('w', [2]) }, new Map([['w', w]]))
    if ('bytes' in w.location) w.location.bytes.fill(0)
    deepEqual(await program.run({}), { y: floats([2], [1, 2]) })
  })

  it('is free after closing, and a program that was disposed of says so', async () => {
    const before = tensors()
    const program = await executor.compile({ y: mul(weight('w', [2]), 2) }, new Map([['w', stored([1, 2])]]))
    await program.dispose()
    await program.dispose()
    await rejects(program.run({}), EngineFailureError)
    await executor.compile({ y: mul(weight('w', [2]), 2) }, new Map([['w', stored([1, 2])]]))
    await executor.close()
    equal(tensors(), before)
  })
})
