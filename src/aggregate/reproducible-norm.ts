import type { ModuleFactors } from '../base/adapter.ts'

/**
 * ‖s·BA‖²_F = s²·Σᵢⱼ(BᵀB)ᵢⱼ(AAᵀ)ᵢⱼ, the same to the last bit on every machine: plain float64 sums, each in the order of
 * the matrix, where the port's kernels add up in an order of their processor's. (d+k)r²/2 multiplications on one thread.
 */
export function reproducibleNormSquared({
  rank,
  inFeatures,
  outFeatures,
  scaling,
  a,
  b,
}: ModuleFactors): number {
  const left = gramOfRows(columnsOf(b, outFeatures, rank), rank, outFeatures)
  const right = gramOfRows(new Float64Array(a), rank, inFeatures)
  let sum = 0
  for (let i = 0; i < rank; i++)
    for (let j = i; j < rank; j++) {
      const both = (left[i * rank + j] as number) * (right[i * rank + j] as number)
      sum += i === j ? both : 2 * both
    }
  return scaling * scaling * Math.max(0, sum)
}

function columnsOf(values: Float32Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(rows * columns)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      out[column * rows + row] = values[row * columns + column] as number
  return out
}

/** X·Xᵀ, of which only what is on the diagonal and above it is set. Two rows by two: each value read serves twice. */
function gramOfRows(x: Float64Array, rows: number, length: number): Float64Array {
  const gram = new Float64Array(rows * rows)
  for (let i = 0; i < rows; i += 2)
    for (let j = i; j < rows; j += 2) {
      const [more, right] = [Math.min(i + 1, rows - 1), Math.min(j + 1, rows - 1)]
      const [one, two] = [i * length, more * length]
      const [three, four] = [j * length, right * length]
      let [oneThree, oneFour, twoThree, twoFour] = [0, 0, 0, 0]
      for (let at = 0; at < length; at++) {
        const ofThree = x[three + at] as number
        const ofFour = x[four + at] as number
        oneThree += (x[one + at] as number) * ofThree
        oneFour += (x[one + at] as number) * ofFour
        twoThree += (x[two + at] as number) * ofThree
        twoFour += (x[two + at] as number) * ofFour
      }
      gram[more * rows + j] = twoThree
      gram[more * rows + right] = twoFour
      gram[i * rows + right] = oneFour
      gram[i * rows + j] = oneThree
    }
  return gram
}
