import { parentPort } from 'node:worker_threads'
import { runSeed } from './run-seed.ts'

/** A thread that is sent one seed after another and answers what became of each. */
parentPort?.on('message', (seed: number) => {
  void runSeed(seed).then((result) => parentPort?.postMessage(result))
})
