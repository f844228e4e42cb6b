import type { Random } from '../base/random.ts'

/** A direction that is shorter than this after its projection is drawn again. */
const TOO_SHORT = 1e-3

/**
 * Fills the rows of `a` from `live` on with directions of length 1, orthogonal to the rows before them, drawn from
 * `chance`. A module whose mean has a lower rank than the adapter gets them with B = 0: they change nothing now, and
 * can learn in the next round.
 */
export function fillFreeDirections(
  a: Float64Array,
  rank: number,
  inFeatures: number,
  live: number,
  chance: Random,
): void {
  for (let row = live; row < rank; row++) {
    const target = a.subarray(row * inFeatures, (row + 1) * inFeatures)
    do drawOrthogonal(target, a, row, inFeatures, chance)
    while (!normalise(target))
  }
}

function drawOrthogonal(
  target: Float64Array,
  a: Float64Array,
  row: number,
  inFeatures: number,
  chance: Random,
): void {
  const scale = 1 / Math.sqrt(inFeatures)
  for (let i = 0; i < inFeatures; i++) target[i] = chance.normal() * scale
  // Projected twice: once leaves what rounding hides (Kahan: twice is enough).
  for (let pass = 0; pass < 2; pass++) {
    for (let before = 0; before < row; before++) {
      const base = before * inFeatures
      let along = 0
      for (let i = 0; i < inFeatures; i++) along += (a[base + i] as number) * (target[i] as number)
      for (let i = 0; i < inFeatures; i++) target[i] = (target[i] as number) - along * (a[base + i] as number)
    }
  }
}

function normalise(target: Float64Array): boolean {
  let square = 0
  for (const value of target) square += value * value
  const length = Math.sqrt(square)
  if (length < TOO_SHORT) return false
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) / length
  return true
}
