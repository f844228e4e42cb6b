import { Worker } from 'node:worker_threads'
import type { Fault, Share, ShareResult } from './worker.ts'

export interface RunOptions {
  readonly seed: string
  readonly workers: number
  readonly onResult: (result: ShareResult) => void
  readonly onFault: (fault: Fault) => void
}

/** What a worker may hold: modules and samples take some 60 MB of it. */
const LIMITS = { maxOldGenerationSizeMb: 160, maxYoungGenerationSizeMb: 64 }
/** A worker that does not come to the next input for so long is ended. */
const HUNG_MS = 30_000

/** Has shares run by worker threads whose heap is bounded. One that dies or hangs is a fault, and is replaced. */
export async function runShares(shares: readonly Share[], options: RunOptions): Promise<void> {
  const queue = [...shares]
  const lane = async (): Promise<void> => {
    let thread = start(options.seed)
    for (let share = queue.shift(); share; share = queue.shift()) {
      const outcome = await runOn(thread, share)
      if ('share' in outcome) {
        options.onResult(outcome)
        for (const fault of outcome.faults) options.onFault(fault)
        continue
      }
      await thread.worker.terminate()
      options.onFault({ decoder: share.decoder, index: outcome.index, what: outcome.what, bytes: null })
      thread = start(options.seed)
    }
    await thread.worker.terminate()
  }
  await Promise.all(Array.from({ length: options.workers }, lane))
}

interface Thread {
  readonly worker: Worker
  readonly progress: Int32Array
}

function start(seed: string): Thread {
  const progress = new Int32Array(new SharedArrayBuffer(4))
  const workerData = { seed, progress }
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData, resourceLimits: LIMITS })
  return { worker, progress }
}

type Died = { readonly index: number; readonly what: string }

function runOn({ worker, progress }: Thread, share: Share): Promise<ShareResult | Died> {
  return new Promise((resolve) => {
    let seen = -1
    const settle = (outcome: ShareResult | Died) => {
      clearInterval(watch)
      worker.off('message', settle).off('error', failed).off('exit', ended)
      resolve(outcome)
    }
    const died = (what: string) => settle({ index: Atomics.load(progress, 0), what })
    const failed = (error: Error) => died(`it took the worker down: ${error.message}`)
    const ended = () => died('it ended the worker')
    const watch = setInterval(() => {
      const index = Atomics.load(progress, 0)
      if (index === seen) died(`it hangs for more than ${HUNG_MS} ms`)
      seen = index
    }, HUNG_MS)
    worker.on('message', settle).on('error', failed).on('exit', ended)
    worker.postMessage(share)
  })
}
