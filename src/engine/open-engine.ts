import type { EngineOptions } from './engine-protocol.ts'
import { compactTensors } from './engine-protocol.ts'
import { type EngineThread, startEngineThread } from './engine-thread.ts'
import type { Executor, Program } from './executor.ts'
import { toWireGraph } from './wire-graph.ts'

const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './engine-worker.ts' : './engine-worker.js',
  import.meta.url,
)

/**
 * Starts an executor in a thread of its own, so that computing never stops this one's timers and sockets.
 * Its methods throw what the executor throws; where the thread ends, `EngineStoppedError` rejects all that waits.
 * Throws EngineUnavailableError where the wanted engine or device is not there.
 */
export async function openEngine(options: EngineOptions = {}): Promise<Executor> {
  const thread = startEngineThread(WORKER)
  try {
    const { name, device } = await thread.call('open', options)
    return {
      name,
      device,
      compile: async (outputs, weights, compileOptions = {}) => {
        const argument = { graph: toWireGraph(outputs), weights, options: compileOptions }
        return remoteProgram(thread, (await thread.call('compile', argument)).program)
      },
      close: () => thread.close(),
    }
  } catch (error) {
    await thread.close()
    throw error
  }
}

function remoteProgram(thread: EngineThread, program: number): Program {
  return {
    run: (feeds) => thread.call('run', { program, feeds: compactTensors(feeds) }),
    dispose: () => thread.call('dispose', { program }),
  }
}
