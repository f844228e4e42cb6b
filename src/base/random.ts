import { createHash } from 'node:crypto'
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'

/** A seeded source of chance. Two sources of one seed give the same numbers on every machine. */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number
  /** Uniform integer in [0, bound). */
  integer(bound: number): number
  /** Standard normal (Box–Muller). */
  normal(): number
}

/**
 * A generator (xoroshiro128+) seeded by the SHA-256 of the labels, so that `random(seed, 'init', module)`
 * and `random(seed, 'batches', epoch)` are independent streams of one seed.
 */
export function random(...labels: readonly (string | number)[]): Random {
  const digest = createHash('sha256').update(JSON.stringify(labels)).digest()
  const generator = xoroshiro128plusFromState([0, 4, 8, 12].map((at) => digest.readInt32LE(at)))
  const uniform = () => uniformFloat64(generator)
  return {
    uniform,
    integer: (bound) => uniformInt(generator, 0, bound - 1),
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  }
}

/** The items in a random order (Fisher–Yates); the given list stays as it is. */
export function shuffled<T>(items: readonly T[], source: Random): T[] {
  const out = [...items]
  for (let last = out.length - 1; last > 0; last--) {
    const pick = source.integer(last + 1)
    const held = out[last] as T
    out[last] = out[pick] as T
    out[pick] = held
  }
  return out
}
