import { parentPort } from 'node:worker_threads'

/** An engine thread that opens, and falls over at the first run. */
parentPort?.on('message', ({ id, call }: { id: number; call: string }) => {
  if (call === 'run') throw new Error('out of memory, say')
  parentPort?.postMessage({ id, answer: { name: 'onnxruntime', device: 'cpu' } })
})
