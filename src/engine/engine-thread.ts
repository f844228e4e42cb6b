import { Worker } from 'node:worker_threads'
import { EngineStoppedError } from './engine-error.ts'
import type { EngineCall, EngineCalls, EngineReply } from './engine-protocol.ts'
import { fromWireError } from './wire-error.ts'

interface PendingCall {
  readonly resolve: (answer: never) => void
  readonly reject: (error: Error) => void
}

/** A thread that is asked for one thing after the other. */
export interface EngineThread {
  /** Throws what the call throws there, and EngineStoppedError where the thread ends. */
  call<Call extends EngineCall>(call: Call, argument: EngineCalls[Call][0]): Promise<EngineCalls[Call][1]>
  /** Ends the thread, after what was asked for before. */
  close(): Promise<void>
}

/** Starts the thread of a script that answers `EngineRequest`s, as engine-worker.ts does. */
export function startEngineThread(script: URL): EngineThread {
  const worker = new Worker(script)
  const pending = new Map<number, PendingCall>()
  let calls = 0
  let stopped: EngineStoppedError | undefined
  // An idle engine does not keep the process alive.
  const settle = (id: number) => {
    const call = pending.get(id)
    pending.delete(id)
    if (pending.size === 0) worker.unref()
    return call
  }
  const stop = (reason: string, cause?: unknown) => {
    stopped ??= new EngineStoppedError(reason, { cause })
    for (const id of [...pending.keys()]) settle(id)?.reject(stopped)
  }
  worker.unref()
  worker.on('message', (reply: EngineReply) => {
    const call = settle(reply.id)
    if ('error' in reply) call?.reject(fromWireError(reply.error))
    else call?.resolve(reply.answer as never)
  })
  worker.on('messageerror', (error) => stop('a message could not be read', error))
  worker.on('error', (error) => stop(error instanceof Error ? error.message : String(error), error))
  worker.on('exit', (code) => stop(`its thread ended with code ${code}`))
  const call: EngineThread['call'] = (name, argument) =>
    new Promise((resolve, reject) => {
      if (stopped !== undefined) return reject(stopped)
      const id = ++calls
      pending.set(id, { resolve, reject })
      worker.ref()
      worker.postMessage({ id, call: name, argument })
    })
  return { call, close: () => closeThread(worker, call, () => stopped !== undefined, stop) }
}

async function closeThread(
  worker: Worker,
  call: EngineThread['call'],
  isStopped: () => boolean,
  stop: (reason: string) => void,
): Promise<void> {
  if (isStopped()) return
  // What was asked before is finished first; then native memory is released in the thread that took it.
  await call('close', undefined).catch(() => undefined)
  stop('it was closed')
  await worker.terminate()
}
