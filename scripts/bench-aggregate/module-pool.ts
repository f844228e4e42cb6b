import { Worker } from 'node:worker_threads'
import { peftKey } from '../../src/adapter/peft-keys.ts'
import { createSafetensorsWriter } from '../../src/safetensors/write-safetensors.ts'
import type { ModuleAnswer, PoolData } from './module-worker.ts'
import type { SyntheticModule } from './synthetic.ts'

type Module = Omit<SyntheticModule, 'rank'>

export interface PoolOptions {
  /** Weight files of the peers. */
  readonly files: readonly string[]
  readonly rank: number
  readonly out: string
  readonly workers: number
}

export type ModuleOutcome = ModuleAnswer

/** Worker threads that each read, aggregate and hand over one module at a time; results go straight to a file. */
export function modulePool({ files, rank, out, workers }: PoolOptions) {
  const data: PoolData = { files, rank }
  const threads = Array.from(
    { length: workers },
    () => new Worker(new URL('./module-worker.ts', import.meta.url), { workerData: data }),
  )
  return {
    /** Waits until every thread has its kernels loaded. */
    warm: () => Promise.all(threads.map((thread) => ask(thread, null))),
    async run(jobs: readonly Module[]): Promise<ModuleOutcome[]> {
      const names = [...new Map(jobs.map((job) => [job.label, job])).values()]
      const writer = createSafetensorsWriter(
        out,
        names.flatMap(({ label, inFeatures, outFeatures }) => [
          { name: peftKey(label, 'A'), dtype: 'F32', shape: [rank, inFeatures] },
          { name: peftKey(label, 'B'), dtype: 'F32', shape: [outFeatures, rank] },
        ]),
      )
      const seen = new Set<string>()
      const kept = new Set<string>()
      const outcomes: ModuleOutcome[] = []
      const queue = [...jobs]
      const serve = async (thread: Worker): Promise<void> => {
        for (let job = queue.shift(); job; job = queue.shift()) {
          const answer = await ask(thread, job.label)
          if (!answer) continue
          const { module, inFeatures, outFeatures, a, b } = answer
          if (!seen.has(module)) {
            writer.write({ name: peftKey(module, 'A'), dtype: 'F32', shape: [rank, inFeatures], data: a })
            writer.write({ name: peftKey(module, 'B'), dtype: 'F32', shape: [outFeatures, rank], data: b })
          }
          seen.add(module)
          // Of each size one result stays in memory, to be checked.
          const size = `${outFeatures}×${inFeatures}`
          const sample = !kept.has(size)
          kept.add(size)
          outcomes.push(sample ? answer : { ...answer, a: new Float32Array(), b: new Float32Array() })
        }
      }
      await Promise.all(threads.map(serve))
      writer.commit()
      return outcomes
    },
    close: () => Promise.all(threads.map((thread) => thread.terminate())),
  }
}

function ask(thread: Worker, module: string | null): Promise<ModuleAnswer | null> {
  return new Promise((resolve, reject) => {
    thread.once('error', reject)
    thread.once('message', (answer: ModuleAnswer | null) => {
      thread.off('error', reject)
      resolve(answer)
    })
    thread.postMessage(module)
  })
}
