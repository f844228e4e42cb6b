import { mul } from './elementwise.ts'
import { GraphShapeError } from './graph-error.ts'
import type { Shape, Value } from './value.ts'

/** Where chance enters a graph. */
export interface DropoutOptions {
  /** The share of elements that become 0, in [0, 1). */
  readonly rate: number
  /** An i32 scalar input, another value at every step. */
  readonly seed: Value
  /** Which of the graph's dropouts this is; every one has its own number. */
  readonly site: number
}

/**
 * A tensor of 0 (with probability `rate`) and 1/(1 − rate). It is a pure function of seed, site, rate and
 * place (see `dropout-bits.ts`), so every executor draws the same mask. It has no gradient.
 */
function dropoutMask(shape: Shape, { rate, seed, site }: DropoutOptions): Value {
  if (!(rate >= 0 && rate < 1)) throw new GraphShapeError('dropoutMask', `rate ${rate} is outside [0, 1)`)
  if (seed.dtype !== 'i32' || seed.shape.length !== 0 || seed.operation.kind !== 'input') {
    throw new GraphShapeError('dropoutMask', 'the seed must be an i32 scalar input')
  }
  return { operation: { kind: 'dropoutMask', site, rate }, inputs: [seed], dtype: 'f32', shape }
}

/** Inverted dropout (arXiv 1207.0580): `x` itself at rate 0. */
export const dropout = (x: Value, options: DropoutOptions): Value =>
  options.rate === 0 ? x : mul(x, dropoutMask(x.shape, options))
