import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { CellDone, CellJob } from './cell-worker.ts'

const WORKER = fileURLToPath(new URL('./cell-worker.ts', import.meta.url))

/**
 * Runs cells in processes of one engine thread each, in the order given. What a cell finds does not depend on which
 * process runs it, or when. Rejects when a process fails; cells that are finished stay.
 */
export async function runCells(
  jobs: readonly CellJob[],
  workers: number,
  onDone: (done: CellDone) => void,
): Promise<void> {
  const queue = [...jobs]
  const serve = async (): Promise<void> => {
    if (queue.length === 0) return
    const child = fork(WORKER)
    try {
      for (let job = queue.shift(); job; job = queue.shift()) onDone(await ask(child, job))
      child.disconnect()
    } catch (error) {
      queue.length = 0
      child.kill()
      throw error
    }
  }
  await Promise.all(Array.from({ length: workers }, serve))
}

function ask(child: ChildProcess, job: CellJob): Promise<CellDone> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`a worker process ended with code ${code}`))
    child.once('exit', onExit)
    child.once('message', (done: CellDone) => {
      child.off('exit', onExit)
      resolve(done)
    })
    child.send(job)
  })
}
