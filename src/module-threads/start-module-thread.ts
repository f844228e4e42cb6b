import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { AggregateRankError, StrategyRefusedError } from '../aggregate/aggregate-errors.ts'
import type { ModuleJob, ModuleOutcome } from '../aggregate/module-job.ts'
import { EngineStoppedError } from '../engine/engine-error.ts'
import { fromWireError, type WireError } from '../engine/wire-error.ts'
import { type CLOSE, type JobAnswer, toMessage } from './job-message.ts'

export interface ModuleThread {
  /** One job at a time. Throws what the job throws there, and `EngineStoppedError` where the thread ends. */
  run(job: ModuleJob): Promise<ModuleOutcome>
  alive(): boolean
  /** Ends the thread after the job that it has. */
  close(): Promise<void>
}

export function startModuleThread(): ModuleThread {
  const file = import.meta.url.endsWith('.ts') ? './module-thread.ts' : './module-thread.js'
  const worker = new Worker(new URL(file, import.meta.url))
  let waiting: PromiseWithResolvers<ModuleOutcome> | undefined
  let stopped: EngineStoppedError | undefined
  // An idle thread does not keep the process alive.
  worker.unref()
  const stop = (reason: string, cause?: unknown) => {
    stopped ??= new EngineStoppedError(reason, { cause })
    waiting?.reject(stopped)
  }
  worker.on('message', (answer: JobAnswer) => {
    worker.unref()
    if (answer.ok) waiting?.resolve(answer.outcome)
    else waiting?.reject(errorOf(answer.error))
  })
  worker.on('error', (error) => stop(error instanceof Error ? error.message : String(error), error))
  worker.on('exit', (code) => stop(`its thread ended with code ${code}`))
  return {
    alive: () => stopped === undefined,
    run(job) {
      if (stopped !== undefined) return Promise.reject(stopped)
      waiting = Promise.withResolvers()
      worker.ref()
      const { message, transfer } = toMessage(job)
      worker.postMessage(message, transfer)
      return waiting.promise
    },
    async close() {
      if (stopped !== undefined) return
      worker.ref()
      worker.postMessage('close' satisfies typeof CLOSE)
      await once(worker, 'exit')
    },
  }
}

/** The error again, of its class. */
function errorOf(wire: WireError): Error {
  const error = fromWireError(wire)
  const known = [AggregateRankError, StrategyRefusedError].find(({ name }) => name === wire.name)
  if (known !== undefined) Object.setPrototypeOf(error, known.prototype)
  return error
}
