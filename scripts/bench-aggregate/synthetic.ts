import type { ModuleFactors } from '../../src/base/adapter.ts'
import { random } from '../../src/base/random.ts'

export type Spectrum = 'warm' | 'flat'

export interface SyntheticModule {
  readonly label: string
  readonly rank: number
  readonly inFeatures: number
  readonly outFeatures: number
}

/**
 * Factors as a round brings them. `flat`: independent random numbers, every direction alike, the worst case for
 * iteration. `warm`: a common start, whose directions fall off as those of trained adapters do, and an update of the
 * peer's own of a tenth of its size.
 */
export function syntheticModule(module: SyntheticModule, peer: number, spectrum: Spectrum): ModuleFactors {
  const own = randomFactors(module, `${module.label} ${peer}`)
  if (spectrum === 'flat') return own
  const common = randomFactors(module, module.label)
  const { rank } = module
  const a = common.a.map((value, i) => value + 0.1 * (own.a[i] as number))
  const b = common.b.map((value, i) => (value + 0.1 * (own.b[i] as number)) / (1 + (i % rank)))
  return { ...common, a, b }
}

function randomFactors({ rank, inFeatures, outFeatures }: SyntheticModule, label: string): ModuleFactors {
  const a = uniform(rank * inFeatures, random('bench', label, 'a').integer(2 ** 31))
  // Column j of B belongs to direction j whatever the rank, so that ranks of one label nest.
  const b = new Float32Array(outFeatures * rank)
  for (let j = 0; j < rank; j++) {
    const column = uniform(outFeatures, random('bench', label, 'b', j).integer(2 ** 31))
    for (let i = 0; i < outFeatures; i++) b[i * rank + j] = column[i] as number
  }
  return { rank, inFeatures, outFeatures, scaling: 16 / rank, a, b }
}

/** Fast uniform numbers in [-1, 1) (mulberry32): gigabytes of them must not dominate the benchmark. */
function uniform(length: number, seed: number): Float32Array {
  const out = new Float32Array(length)
  let state = seed
  for (let i = 0; i < length; i++) {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    out[i] = ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1
  }
  return out
}
