import { Matrix, SingularValueDecomposition } from 'ml-matrix'

const SIZES = [384, 768] as const

export interface DenseSvd {
  readonly description: string
  /** Of a d×k module, by the operations that it takes, from the largest that was measured. */
  seconds(outFeatures: number, inFeatures: number): number
}

/** Measures the dense SVD that the paper's code takes of every module, by the best that JavaScript has. */
export function measureDenseSvd(): DenseSvd {
  const measured = SIZES.map(measure)
  const [small, large] = measured as [number, number]
  const growth = Math.log(large / small) / Math.log(SIZES[1] / SIZES[0])
  const figures = SIZES.map((size, i) => `${size}² ${(measured[i] as number).toFixed(2)} s`).join(', ')
  return {
    description: `measured ${figures} (it grew as n^${growth.toFixed(1)}); larger ones are extrapolated by d·k²`,
    seconds: (d, k) => large * (Math.max(d, k) / SIZES[1]) * (Math.min(d, k) / SIZES[1]) ** 2,
  }
}

function measure(size: number): number {
  const matrix = Matrix.random(size, size)
  const started = performance.now()
  new SingularValueDecomposition(matrix)
  return (performance.now() - started) / 1000
}
