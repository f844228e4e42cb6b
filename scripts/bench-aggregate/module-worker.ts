import { parentPort, workerData } from 'node:worker_threads'
import { aggregateModule } from '../../src/aggregate/aggregate-module.ts'
import { meanOfTerms } from '../../src/aggregate/mean.ts'
import { openOnnxMatrixProduct } from '../../src/engine/matrix-product/onnx-matrix-product.ts'
import { openSafetensors } from '../../src/safetensors/open-safetensors.ts'
import { readModule } from './read-module.ts'

export interface PoolData {
  readonly files: readonly string[]
  readonly rank: number
}

export interface ModuleAnswer {
  readonly module: string
  readonly inFeatures: number
  readonly outFeatures: number
  readonly a: Float32Array<ArrayBuffer>
  readonly b: Float32Array<ArrayBuffer>
  readonly route: string
  readonly rounds: number
  readonly residual: number
}

const { files, rank } = workerData as PoolData
// One thread each: as many workers as cores keep all of them busy, also while one is in JavaScript.
const product = await openOnnxMatrixProduct({ threads: 1 })
const sources = files.map((file) => openSafetensors(file))

parentPort?.on('message', (module: string | null) => void serve(module))

async function serve(module: string | null): Promise<void> {
  if (module === null) return parentPort?.postMessage(null)
  const terms = readModule(sources, module)
  const result = await aggregateModule(
    module,
    meanOfTerms(terms),
    { rank, scaling: 16 / rank, seed: 'bench' },
    product,
  )
  const { inFeatures, outFeatures, a, b } = result.factors
  const { route, rounds, residual } = result
  const answer = { module, inFeatures, outFeatures, a, b, route, rounds, residual } as ModuleAnswer
  parentPort?.postMessage(answer, [answer.a.buffer, answer.b.buffer])
}
