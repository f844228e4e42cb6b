import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Float32Matrix, Matrix } from '../../base/matrix-product.ts'
import type { ClosableMatrixProduct, OnnxMatrixProductOptions } from './onnx-matrix-product.ts'
import type { CLOSE, ProductAnswer, ProductRequest } from './product-worker.ts'

interface Waiting {
  readonly resolve: (product: Matrix) => void
  readonly reject: (error: Error) => void
}

/** The same products in a worker thread of their own, so that the asking thread keeps serving its network. */
export async function openWorkerMatrixProduct(
  options: OnnxMatrixProductOptions = {},
): Promise<ClosableMatrixProduct> {
  const worker = startWorker(options)
  const waiting = new Map<number, Waiting>()
  const failAll = (error: Error) => {
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  worker.on('message', ({ id, product, error }: ProductAnswer) => {
    const asked = waiting.get(id)
    waiting.delete(id)
    // An idle worker does not keep the process alive, one that is asked does.
    if (waiting.size === 0) worker.unref()
    if (product) asked?.resolve(product)
    else asked?.reject(new Error(error))
  })
  worker.on('error', failAll)
  let ended = false
  worker.on('exit', (code) => {
    ended = true
    failAll(new Error(`the matrix-product worker ended with code ${code}`))
  })
  let next = 0
  return {
    multiply(a, b, options = {}) {
      const id = next++
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        worker.ref()
        worker.postMessage({ id, a: compact(a), b: compact(b), options } satisfies ProductRequest)
      })
    },
    async close() {
      if (ended) return
      worker.ref()
      worker.postMessage('close' satisfies typeof CLOSE)
      await once(worker, 'exit')
    },
  }
}

/** A message clones the whole buffer behind a view: rows of a large matrix travel alone. */
function compact<M extends Matrix | Float32Matrix>(matrix: M): M {
  const { data } = matrix
  return data.byteLength === data.buffer.byteLength ? matrix : { ...matrix, data: data.slice() }
}

function startWorker(options: OnnxMatrixProductOptions): Worker {
  const file = import.meta.url.endsWith('.ts') ? './product-worker.ts' : './product-worker.js'
  const worker = new Worker(new URL(file, import.meta.url), { workerData: options })
  worker.unref()
  return worker
}
