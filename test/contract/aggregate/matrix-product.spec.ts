import { deepEqual, ok, rejects } from 'node:assert/strict'
import { aggregate } from '../../../src/aggregate/aggregate.ts'
import { multiplyPlain, plainMatrixProduct } from '../../../src/aggregate/plain-matrix-product.ts'
import type { Matrix, MatrixProduct } from '../../../src/base/matrix-product.ts'
import { random } from '../../../src/base/random.ts'
import { openOnnxMatrixProduct } from '../../../src/engine/matrix-product/onnx-matrix-product.ts'
import { openWorkerMatrixProduct } from '../../../src/engine/matrix-product/worker-matrix-product.ts'
import { denseOf, largestDifference, someFactors } from '../../unit/aggregate/dense-oracle.ts'

const chance = random('matrix-product')
const some = (rows: number, columns: number): Matrix => ({
  rows,
  columns,
  data: Float64Array.from({ length: rows * columns }, () => chance.normal()),
})

const PRODUCTS: Record<string, () => Promise<MatrixProduct & { close?(): Promise<void> }>> = {
  'in plain JavaScript': async () => plainMatrixProduct,
  'by onnxruntime': openOnnxMatrixProduct,
  'by onnxruntime in a worker': openWorkerMatrixProduct,
}

for (const [name, open] of Object.entries(PRODUCTS)) {
  describe(`a matrix product ${name}`, () => {
    let product: Awaited<ReturnType<typeof open>>
    before(async () => {
      product = await open()
    })
    after(() => product.close?.())

    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        it(`multiplies ${transposeA ? 'Aᵀ' : 'A'} by ${transposeB ? 'Bᵀ' : 'B'}, in float64`, async () => {
          for (const [m, k, n] of [
            [1, 1, 1],
            [7, 50, 3],
            [64, 9, 65],
          ] as const) {
            const a = transposeA ? some(k, m) : some(m, k)
            const b = transposeB ? some(n, k) : some(k, n)
            const c = await product.multiply(a, b, { transposeA, transposeB })
            deepEqual([c.rows, c.columns], [m, n])
            const expected = multiplyPlain(a, b, { transposeA, transposeB }).data
            ok(largestDifference(c.data, expected) < 1e-12)
          }
        })
      }
    }

    it('widens operands of float32 exactly, views of larger ones too', async () => {
      const whole = Float32Array.from({ length: 90 * 40 }, () => chance.normal())
      const rows = { rows: 30, columns: 40, data: whole.subarray(20 * 40, 50 * 40) }
      const widened = { ...rows, data: Float64Array.from(rows.data) }
      const b = some(40, 7)
      const c = await product.multiply(rows, b)
      ok(largestDifference(c.data, multiplyPlain(widened, b).data) < 1e-12)
      const gram = await product.multiply(rows, rows, { transposeB: true })
      ok(largestDifference(gram.data, multiplyPlain(widened, widened, { transposeB: true }).data) < 1e-12)
    })

    it('multiplies in float32 where that is enough', async () => {
      const [a, b] = [some(30, 200), some(200, 9)]
      const { data } = await product.multiply(a, b, { single: true })
      const off = largestDifference(data, multiplyPlain(a, b).data)
      ok(off < 1e-4 && off > 1e-9, `off by ${off}`)
    })

    it('gives the same bits twice, and leaves its operands as they are', async () => {
      const [a, b] = [some(30, 200), some(200, 40)]
      const [copyA, copyB] = [a.data.slice(), b.data.slice()]
      deepEqual(await product.multiply(a, b), await product.multiply(a, b))
      deepEqual([a.data, b.data], [copyA, copyB])
    })

    it('refuses shapes that do not fit', () => rejects(product.multiply(some(3, 4), some(5, 6))))

    it('aggregates to the same global within float32', async () => {
      const contributions = [4, 8].map((rank) => ({
        peer: `${rank}`,
        samples: rank,
        factors: new Map([
          ['q', someFactors(`${rank}`, { rank, inFeatures: 64, outFeatures: 80, spread: 0.7 })],
        ]),
      }))
      const options = { strategy: 'flexlora', rank: 8, scalingOf: () => 1, seed: 's' } as const
      const [actual, expected] = [product, plainMatrixProduct].map((port) =>
        aggregate(contributions, options, port),
      )
      const [x, y] = [(await actual)?.factors.get('q'), (await expected)?.factors.get('q')]
      ok(x && y)
      ok(largestDifference(denseOf(x), denseOf(y)) < 1e-5)
    })
  })
}
