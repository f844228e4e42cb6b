import { parentPort, workerData } from 'node:worker_threads'
import type { Float32Matrix, Matrix, ProductOptions } from '../../base/matrix-product.ts'
import { type OnnxMatrixProductOptions, openOnnxMatrixProduct } from './onnx-matrix-product.ts'

export interface ProductRequest {
  readonly id: number
  readonly a: Matrix | Float32Matrix
  readonly b: Matrix | Float32Matrix
  readonly options: ProductOptions
}

export interface ProductAnswer {
  readonly id: number
  readonly product?: Matrix
  readonly error?: string
}

/** Ends the thread once what was asked before is answered. */
export const CLOSE = 'close'

const opened = openOnnxMatrixProduct(workerData as OnnxMatrixProductOptions)

let queue: Promise<void> = Promise.resolve()

parentPort?.on('message', (request: ProductRequest | typeof CLOSE) => {
  queue = queue.then(() => (request === CLOSE ? close() : serve(request)))
})

/** Native sessions are released in the thread that made them: ending it in the middle of a call ends the process. */
async function close(): Promise<void> {
  await (await opened).close()
  parentPort?.close()
}

async function serve({ id, a, b, options }: ProductRequest): Promise<void> {
  try {
    const product = await (await opened).multiply(a, b, options)
    const own = product.data.byteLength === product.data.buffer.byteLength
    answer({ id, product }, own ? [product.data.buffer as ArrayBuffer] : [])
  } catch (error) {
    answer({ id, error: String(error) }, [])
  }
}

function answer(message: ProductAnswer, transfer: ArrayBuffer[]): void {
  parentPort?.postMessage(message, transfer)
}
