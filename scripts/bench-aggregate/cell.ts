import { SingularValueDecomposition, Matrix as SmallMatrix } from 'ml-matrix'
import { aggregate } from '../../src/aggregate/aggregate.ts'
import type { MatrixProduct } from '../../src/base/matrix-product.ts'
import { openOnnxMatrixProduct } from '../../src/engine/matrix-product/onnx-matrix-product.ts'
import { type Spectrum, syntheticModule } from './synthetic.ts'

export interface CellRequest {
  readonly spectrum: Spectrum
  readonly size: number
  readonly peers: number
  readonly ranks: readonly number[]
  /** Multiplies the mean out and takes its dense SVD instead. */
  readonly dense: boolean
}

export interface CellResult {
  readonly seconds: number
  /** Of all threads: what the seconds come down to on a machine that does nothing else. */
  readonly cpuSeconds: number
  readonly peakMegabytes: number
  /** GF/s of a 1024² product just before. */
  readonly rate: number
  readonly stackRank: number
  readonly route: string
  readonly rounds: number
  readonly residual: number
}

const request = JSON.parse(process.argv[2] as string) as CellRequest
const { size, peers, ranks, spectrum } = request
const product = await openOnnxMatrixProduct()
const contributions = Array.from({ length: peers }, (_, peer) => {
  const rank = ranks[peer % ranks.length] as number
  const module = { label: 'module', rank, inFeatures: size, outFeatures: size }
  const factors = new Map([['module', syntheticModule(module, peer, spectrum)]])
  return { peer: String(peer).padStart(4, '0'), samples: 1 + peer, factors }
})
const rate = await productRate(product)
const busy = process.cpuUsage()
const started = performance.now()
const outcome = request.dense ? await denseSvd() : await factored()
const seconds = (performance.now() - started) / 1000
const { user, system } = process.cpuUsage(busy)
const result: CellResult = {
  ...outcome,
  seconds,
  cpuSeconds: (user + system) / 1e6,
  rate,
  stackRank: contributions.reduce((sum, _, peer) => sum + (ranks[peer % ranks.length] as number), 0),
  peakMegabytes: process.resourceUsage().maxRSS / 1024,
}
process.stdout.write(JSON.stringify(result))
await product.close()

async function factored(): Promise<Pick<CellResult, 'route' | 'rounds' | 'residual'>> {
  const rank = Math.max(...ranks)
  const options = { strategy: 'flexlora', rank, scalingOf: (r: number) => 16 / r, seed: 'bench' } as const
  const { modules } = await aggregate(contributions, options, product)
  const { route = '', rounds = 0, residual = 0 } = modules.get('module') ?? {}
  return { route, rounds, residual }
}

/** As FlexLoRA's own code does it: every ΔWᵢ multiplied out and added up, then one full SVD. */
async function denseSvd(): Promise<Pick<CellResult, 'route' | 'rounds' | 'residual'>> {
  const mean = new Float64Array(size * size)
  for (const { factors } of contributions) {
    for (const { rank, a, b, scaling } of factors.values()) {
      const left = { rows: size, columns: rank, data: Float64Array.from(b) }
      const right = { rows: rank, columns: size, data: Float64Array.from(a) }
      const { data } = await product.multiply(left, right)
      for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] as number) + (data[i] as number) * scaling
    }
  }
  new SingularValueDecomposition(SmallMatrix.from1DArray(size, size, mean as unknown as number[]))
  return { route: 'dense SVD', rounds: 1, residual: 0 }
}

async function productRate(port: MatrixProduct): Promise<number> {
  const some = { rows: 1024, columns: 1024, data: new Float64Array(2 ** 20).fill(1) }
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < 3; i++) {
    const start = performance.now()
    await port.multiply(some, some)
    best = Math.min(best, performance.now() - start)
  }
  return (2 * 1024 ** 3) / best / 1e6
}
