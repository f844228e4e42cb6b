import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Matrix, MatrixProduct, ProductOptions } from '../../base/matrix-product.ts'
import { productModel } from './product-model.ts'

export interface OnnxMatrixProductOptions {
  /** Threads of one product. Default 0: onnxruntime takes one per core. */
  readonly threads?: number
}

/** A matrix product that holds native sessions until it is closed. */
export interface ClosableMatrixProduct extends MatrixProduct {
  close(): Promise<void>
}

/**
 * Products of float64 matrices by onnxruntime's CPU kernels (73–127 GF/s on two AVX-512 threads). It blocks the
 * thread that it runs in: a thread with a network in it asks a worker instead (`openWorkerMatrixProduct`).
 */
export async function openOnnxMatrixProduct(
  options: OnnxMatrixProductOptions = {},
): Promise<ClosableMatrixProduct> {
  const { threads = 0 } = options
  const sessions = new Map<string, Promise<InferenceSession>>()
  const sessionFor = (transposeA: boolean, transposeB: boolean) => {
    const key = `${transposeA}/${transposeB}`
    const held = sessions.get(key) ?? createSession(transposeA, transposeB, threads)
    sessions.set(key, held)
    return held
  }
  await sessionFor(false, false)
  return {
    async multiply(a, b, { transposeA = false, transposeB = false }: ProductOptions = {}) {
      const [inner, outer] = [transposeA ? a.rows : a.columns, transposeB ? b.columns : b.rows]
      if (inner !== outer) throw new RangeError(`cannot multiply: ${inner} columns by ${outer} rows`)
      const session = await sessionFor(transposeA, transposeB)
      const { C: product } = await session.run({ A: tensorOf(a), B: tensorOf(b) })
      const { dims, data } = product as Tensor
      return { rows: dims[0] as number, columns: dims[1] as number, data: data as Float64Array }
    },
    async close() {
      for (const session of sessions.values()) await (await session).release()
      sessions.clear()
    },
  }
}

function createSession(transposeA: boolean, transposeB: boolean, threads: number): Promise<InferenceSession> {
  return InferenceSession.create(productModel(transposeA, transposeB, 'float64'), {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // An arena would keep the largest product's memory for the life of the process.
    enableCpuMemArena: false,
    enableMemPattern: false,
    // Threads that spin between products take the cores from the peer's training.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  })
}

const tensorOf = ({ rows, columns, data }: Matrix): Tensor => new Tensor('float64', data, [rows, columns])
