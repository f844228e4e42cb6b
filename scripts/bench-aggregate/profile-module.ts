import { aggregateModule } from '../../src/aggregate/aggregate-module.ts'
import { meanOfTerms } from '../../src/aggregate/mean.ts'
import type { MatrixProduct } from '../../src/base/matrix-product.ts'
import { openOnnxMatrixProduct } from '../../src/engine/matrix-product/onnx-matrix-product.ts'
import type { SafetensorsSource } from '../../src/safetensors/safetensors-source.ts'
import { readFactors } from './read-module.ts'

interface Tally {
  milliseconds: number
  operations: number
}

/** Where the time of one module goes, in one thread and alone: reading, stacking, products, and the rest. */
export async function profileModule(
  sources: readonly SafetensorsSource[],
  module: string,
  rank: number,
): Promise<string> {
  const product = await openOnnxMatrixProduct({ threads: 1 })
  const tallies = { float64: { milliseconds: 0, operations: 0 }, float32: { milliseconds: 0, operations: 0 } }
  const start = performance.now()
  const factors = sources.map((source) => readFactors(source, module))
  const read = performance.now()
  const total = (sources.length * (sources.length + 1)) / 2
  const mean = meanOfTerms(
    factors.map((one, peer) => ({ factors: one, coefficient: ((peer + 1) / total) * one.scaling })),
  )
  const stacked = performance.now()
  await aggregateModule(module, mean, { rank, scaling: 16 / rank, seed: 'bench' }, counted(product, tallies))
  const ended = performance.now()
  await product.close()
  const { float64, float32 } = tallies
  const rest = ended - stacked - float64.milliseconds - float32.milliseconds
  return [
    `read ${ms(read - start)}`,
    `stack ${ms(stacked - read)}`,
    `float32 products ${described(float32)}`,
    `float64 products ${described(float64)}`,
    `rest ${ms(rest)}`,
  ].join(', ')
}

function counted(
  product: MatrixProduct,
  tallies: { readonly float64: Tally; readonly float32: Tally },
): MatrixProduct {
  return {
    async multiply(a, b, options = {}) {
      const started = performance.now()
      const result = await product.multiply(a, b, options)
      const tally = options.single ? tallies.float32 : tallies.float64
      tally.milliseconds += performance.now() - started
      tally.operations += 2 * result.rows * result.columns * (options.transposeA ? a.rows : a.columns)
      return result
    },
  }
}

const ms = (value: number): string => `${value.toFixed(0)} ms`

const described = ({ milliseconds, operations }: Tally): string =>
  operations === 0
    ? 'none'
    : `${ms(milliseconds)} (${(operations / 1e9).toFixed(1)} GFLOP, ${(operations / milliseconds / 1e6).toFixed(0)} GF/s)`
