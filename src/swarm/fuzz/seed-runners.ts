import { Worker } from 'node:worker_threads'
import { runSeed, type SeedResult } from './run-seed.ts'

/** Runs one seed at a time. */
export interface SeedRunner {
  run(seed: number): Promise<SeedResult>
  close(): Promise<void>
}

/** As many runners: one works in this thread, several have a thread each. */
export const seedRunners = (count: number): SeedRunner[] =>
  count <= 1 ? [{ run: runSeed, close: async () => {} }] : Array.from({ length: count }, startThread)

function startThread(): SeedRunner {
  const file = import.meta.url.endsWith('.ts') ? './fuzz-worker.ts' : './fuzz-worker.js'
  const worker = new Worker(new URL(file, import.meta.url))
  let asked: PromiseWithResolvers<SeedResult> | null = null
  worker.on('message', (result: SeedResult) => asked?.resolve(result))
  worker.on('error', (error) => asked?.reject(error))
  worker.on('exit', (code) => asked?.reject(new Error(`a thread ended with code ${code}`)))
  return {
    run: (seed) => {
      asked = Promise.withResolvers()
      worker.postMessage(seed)
      return asked.promise
    },
    close: async () => {
      await worker.terminate()
    },
  }
}
