import { equal, ok, rejects } from 'node:assert/strict'
import { EngineStoppedError, EngineUnavailableError } from '../../../src/engine/engine-error.ts'
import { startEngineThread } from '../../../src/engine/engine-thread.ts'
import { openEngine } from '../../../src/engine/open-engine.ts'
import { input } from '../../../src/graph/leaves.ts'
import { matmul } from '../../../src/graph/matmul.ts'
import type { Value } from '../../../src/graph/value.ts'
import { floats } from '../../contract/engine/executor-contract.ts'

const SIZE = 256

/** x · x · x · …, which takes a while. */
function longProduct(): Value {
  const x = input('x', [SIZE, SIZE])
  return Array.from({ length: 80 }).reduce<Value>((y) => matmul(y, x, { scale: 0.01 }), x)
}

const ones = floats([SIZE, SIZE], Array(SIZE * SIZE).fill(1))

describe('the engine thread', function () {
  this.timeout(240_000)

  it('lets this thread’s timers tick while it computes', async () => {
    const engine = await openEngine({ engine: 'onnxruntime', device: 'cpu', threads: 1 })
    const program = await engine.compile({ y: longProduct() }, new Map())
    let ticks = 0
    const timer = setInterval(() => ticks++, 2)
    await program.run({ x: ones })
    clearInterval(timer)
    await engine.close()
    // A run in this thread would leave none.
    ok(ticks >= 3, `${ticks} ticks`)
  })

  it('finishes what was asked for before it closes, and refuses what comes after', async () => {
    const engine = await openEngine({ engine: 'onnxruntime', device: 'cpu', threads: 1 })
    const program = await engine.compile({ y: longProduct() }, new Map())
    const running = program.run({ x: ones })
    await engine.close()
    equal((await running)['y']?.shape.join(), `${SIZE},${SIZE}`)
    await rejects(program.run({ x: ones }), EngineStoppedError)
    await engine.close()
  })

  it('rejects what waits when the thread crashes, and what comes after', async () => {
    const thread = startEngineThread(new URL('./crashing-worker.ts', import.meta.url))
    await thread.call('open', {})
    const run = () => thread.call('run', { program: 1, feeds: {} })
    const waiting = [run(), run()]
    for (const call of waiting) {
      await rejects(call, (e) => e instanceof EngineStoppedError && e.message.includes('out of memory, say'))
    }
    await rejects(run(), EngineStoppedError)
    await thread.close()
  })

  it('says that an engine or a device is not there', async () => {
    const error = (e: unknown) => e instanceof EngineUnavailableError && e.nextStep.length > 0
    await rejects(openEngine({ engine: 'onnxruntime', device: 'abacus' }), error)
    await rejects(openEngine({ engine: 'onnxruntime', device: 'cuda' }), error)
  })
})
