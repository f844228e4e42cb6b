import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Float32Matrix, Matrix, MatrixProduct, ProductOptions } from '../../base/matrix-product.ts'
import { type ProductModel, type ProductType, productModel } from './product-model.ts'

export interface OnnxMatrixProductOptions {
  /** Threads of one product. Default 0: onnxruntime takes one per core. */
  readonly threads?: number
}

/** Opened at once, so that a machine without the native library is found when the product is made. */
const FIRST: ProductModel = {
  transposeA: false,
  transposeB: false,
  typeA: 'float64',
  typeB: 'float64',
  arithmetic: 'float64',
}

/** A matrix product that holds native sessions until it is closed. */
export interface ClosableMatrixProduct extends MatrixProduct {
  close(): Promise<void>
}

/**
 * Products by onnxruntime's CPU kernels (in float64 73–127 GF/s on two AVX-512 threads, in float32 twice that). It blocks the
 * thread that it runs in: a thread with a network in it asks a worker instead (`openWorkerMatrixProduct`).
 */
export async function openOnnxMatrixProduct(
  options: OnnxMatrixProductOptions = {},
): Promise<ClosableMatrixProduct> {
  const { threads = 0 } = options
  const sessions = new Map<string, Promise<InferenceSession>>()
  const sessionFor = (model: ProductModel) => {
    const key = JSON.stringify(model)
    const held = sessions.get(key) ?? createSession(model, threads)
    sessions.set(key, held)
    return held
  }
  await sessionFor(FIRST)
  return {
    async multiply(a, b, options: ProductOptions = {}) {
      const { transposeA = false, transposeB = false, single = false } = options
      const [inner, outer] = [transposeA ? a.rows : a.columns, transposeB ? b.columns : b.rows]
      if (inner !== outer) throw new RangeError(`cannot multiply: ${inner} columns by ${outer} rows`)
      const types = {
        typeA: typeOf(a),
        typeB: typeOf(b),
        arithmetic: single ? 'float32' : 'float64',
      } as const
      const session = await sessionFor({ transposeA, transposeB, ...types })
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

function createSession(model: ProductModel, threads: number): Promise<InferenceSession> {
  return InferenceSession.create(productModel(model), {
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

const typeOf = ({ data }: Matrix | Float32Matrix): ProductType =>
  data instanceof Float32Array ? 'float32' : 'float64'

const tensorOf = (matrix: Matrix | Float32Matrix): Tensor =>
  new Tensor(typeOf(matrix), matrix.data, [matrix.rows, matrix.columns])
