import { parentPort } from 'node:worker_threads'
import { chooseExecutor } from './choose-executor.ts'
import { EngineFailureError } from './engine-error.ts'
import type { EngineCall, EngineCalls, EngineRequest } from './engine-protocol.ts'
import { compactTensors } from './engine-protocol.ts'
import type { Executor, Program } from './executor.ts'
import { toWireError } from './wire-error.ts'
import { fromWireGraph } from './wire-graph.ts'

/** The thread that libraries compute in: it answers one request after the other. */

type Handlers = { [Call in EngineCall]: (argument: EngineCalls[Call][0]) => Promise<EngineCalls[Call][1]> }

let executor: Executor | undefined
const programs = new Map<number, Program>()
let made = 0

const handlers: Handlers = {
  async open(options) {
    executor = await chooseExecutor(options)
    return { name: executor.name, device: executor.device }
  },
  async compile({ graph, weights, options }) {
    const program = await opened().compile(fromWireGraph(graph), weights, options)
    programs.set(++made, program)
    return { program: made }
  },
  async run({ program, feeds }) {
    return compactTensors(await requireProgram(program).run(feeds))
  },
  async dispose({ program }) {
    const found = programs.get(program)
    programs.delete(program)
    await found?.dispose()
    return undefined
  },
  async close() {
    await executor?.close()
    return undefined
  },
}

function opened(): Executor {
  if (executor === undefined) throw new EngineFailureError('engine', 'it is not open')
  return executor
}

function requireProgram(id: number): Program {
  const program = programs.get(id)
  if (program === undefined) throw new EngineFailureError('engine', 'this program was disposed of')
  return program
}

let queue = Promise.resolve()

parentPort?.on('message', (request: EngineRequest) => {
  queue = queue.then(() => reply(request))
})

async function reply({ id, call, argument }: EngineRequest): Promise<void> {
  try {
    const handle = handlers[call] as (argument: unknown) => Promise<unknown>
    const answer = await handle(argument)
    parentPort?.postMessage({ id, answer }, call === 'run' ? buffersOf(answer) : [])
  } catch (error) {
    parentPort?.postMessage({ id, error: toWireError(error) })
  }
}

/** The memory of fetched tensors, each piece once, to be handed over instead of copied. */
function buffersOf(fetches: unknown): ArrayBuffer[] {
  const tensors = Object.values(fetches as EngineCalls['run'][1])
  return [...new Set(tensors.map((tensor) => tensor.data.buffer as ArrayBuffer))]
}
