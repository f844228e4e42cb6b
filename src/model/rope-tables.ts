import type { Llama3RopeScaling, RopeConfig } from './model-config.ts'

/**
 * Angles per position of each pair of a head's elements: θ^(−2i/d) (arXiv 2104.09864, §3.2.2), in float32 as
 * transformers has them, so that far positions agree as well. One per pair: [headDim / 2].
 */
export function inverseFrequencies(rope: RopeConfig, headDim: number): Float32Array {
  const frequencies = new Float32Array(headDim / 2)
  for (let pair = 0; pair < frequencies.length; pair++) {
    const plain = Math.fround(1 / Math.fround(rope.theta ** Math.fround((2 * pair) / headDim)))
    frequencies[pair] = rope.llama3 === null ? plain : stretched(plain, rope.llama3)
  }
  return frequencies
}

/** Llama 3.1: long waves are stretched by `factor`, short ones kept, those between are blended. */
function stretched(frequency: number, scaling: Llama3RopeScaling): number {
  const { factor, lowFrequencyFactor, highFrequencyFactor, originalMaxPositions } = scaling
  const wavelength = (2 * Math.PI) / frequency
  if (wavelength < originalMaxPositions / highFrequencyFactor) return frequency
  if (wavelength > originalMaxPositions / lowFrequencyFactor) return frequency / factor
  const share =
    (originalMaxPositions / wavelength - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor)
  return ((1 - share) * frequency) / factor + share * frequency
}

/** cos and sin of position × frequency, each [positions, pairs]. */
export function ropeTables(
  positions: Int32Array,
  frequencies: Float32Array,
): { readonly cos: Float32Array; readonly sin: Float32Array } {
  const pairs = frequencies.length
  const cos = new Float32Array(positions.length * pairs)
  const sin = new Float32Array(positions.length * pairs)
  for (let at = 0; at < cos.length; at++) {
    const angle = Math.fround((positions[(at / pairs) | 0] as number) * (frequencies[at % pairs] as number))
    cos[at] = Math.cos(angle)
    sin[at] = Math.sin(angle)
  }
  return { cos, sin }
}
