import { deepEqual, rejects } from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Executor } from '../../../src/engine/executor.ts'
import { createOnnxExecutor } from '../../../src/engine/onnxruntime/onnx-executor.ts'
import type { StoredWeight, WeightSource } from '../../../src/engine/weight-source.ts'
import { input, weight } from '../../../src/graph/leaves.ts'
import { matmul } from '../../../src/graph/matmul.ts'
import { floats } from './executor-contract.ts'

const product = {
  y: matmul(matmul(input('x', [1, 2]), weight('v', [2, 2])), weight('w', [2, 2]), { transposeB: true }),
}
const V = [1, 2, 3, 4]
const W = [5, 6, 7, 8]

describe('onnxruntime with weights in files', function () {
  this.timeout(400_000)
  const directory = mkdtempSync(join(tmpdir(), 'flexswarm-test-'))
  const asides = () =>
    readdirSync(tmpdir()).filter((name) => name.startsWith(`flexswarm-weights-${process.pid}-`))
  let executor: Executor
  before(async () => {
    executor = await createOnnxExecutor({ device: 'cpu' })
  })
  after(async () => {
    await executor.close()
    rmSync(directory, { recursive: true })
  })

  /** A file with some bytes in front, so that offsets count. */
  function store(path: string, values: readonly number[], dtype: 'f32' | 'bf16' = 'f32'): StoredWeight {
    const all = Float32Array.from(values)
    const halves = Uint16Array.from(new Uint32Array(all.buffer), (bits) => bits >>> 16)
    const bytes = Buffer.from(dtype === 'f32' ? all.buffer : halves.buffer)
    const file = join(directory, path)
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, Buffer.concat([Buffer.alloc(13), bytes]))
    return { shape: [2, 2], dtype, location: { file, offset: 13, length: bytes.length } }
  }

  async function compute(weights: WeightSource) {
    const program = await executor.compile(product, weights)
    const { y } = await program.run({ x: floats([1, 2], [1, 1]) })
    await program.dispose()
    return y
  }
  const wanted = floats([1, 2], [56, 76])

  it('reads them where they are', async () => {
    const weights = new Map([
      ['v', store('a.safetensors', V)],
      ['w', store('b.safetensors', W, 'bf16')],
    ])
    deepEqual(await compute(weights), wanted)
  })

  it('reads them through the links of a cache', async () => {
    const stored = store('blobs/one', V)
    mkdirSync(join(directory, 'snapshot'))
    const file = join(directory, 'snapshot', 'model.safetensors')
    symlinkSync('../blobs/one', file)
    const linked = { ...stored, location: { ...stored.location, file } } as StoredWeight
    const other = store('blobs/two', W)
    deepEqual(
      await compute(
        new Map([
          ['v', linked],
          ['w', other],
        ]),
      ),
      wanted,
    )
  })

  it('brings those of several directories together, and leaves nothing behind', async () => {
    const before = asides()
    const weights = new Map([
      ['v', store('here/v', V, 'bf16')],
      ['w', store('there/w', W)],
    ])
    deepEqual(await compute(weights), wanted)
    deepEqual(asides(), before)
  })

  it('says so when a file ends too soon, and leaves nothing behind', async () => {
    const before = asides()
    const v = store('cut/v', V)
    const cut = { ...v, location: { ...v.location, offset: 20 } } as StoredWeight
    const error = (e: unknown) => e instanceof Error && 'nextStep' in e
    await rejects(
      compute(
        new Map([
          ['v', cut],
          ['w', store('cut/w', W)],
        ]),
      ),
      error,
    )
    await rejects(
      compute(
        new Map([
          ['v', cut],
          ['w', store('elsewhere/w', W)],
        ]),
      ),
      error,
    )
    deepEqual(asides(), before)
  })
})
