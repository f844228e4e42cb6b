import { Matrix, SingularValueDecomposition } from 'ml-matrix'

const SIZE = 768
let measured: number | undefined

/** Seconds of a dense SVD in this process: measured at 768², and grown by the operations it takes, d·k². */
export function denseSvdSeconds(outFeatures: number, inFeatures: number): number {
  measured ??= measure()
  const [long, short] = [Math.max(outFeatures, inFeatures), Math.min(outFeatures, inFeatures)]
  return measured * (long / SIZE) * (short / SIZE) ** 2
}

function measure(): number {
  const matrix = Matrix.random(SIZE, SIZE)
  const started = performance.now()
  new SingularValueDecomposition(matrix)
  return (performance.now() - started) / 1000
}
