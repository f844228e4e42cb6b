import { loadWeight } from '../engine/load-weight.ts'
import type { StoredWeight, WeightSource } from '../engine/weight-source.ts'
import type { Parameters } from './batch.ts'
import type { LinearModule } from './linear-module.ts'
import { type LoraSpec, loraNames } from './lora-spec.ts'

/** Merged weights are float32 in memory, so large models are better left as they are: 64 MiB. */
export const MAX_MERGED_ELEMENTS = 1 << 24

/** Elements of the weights that a merge would hold in memory. */
export const mergedElements = (modules: readonly LinearModule[], lora: LoraSpec): number =>
  modules
    .filter(({ name }) => lora.has(name))
    .reduce((total, { inFeatures, outFeatures }) => total + inFeatures * outFeatures, 0)

/** The weights with W + s·B·A (arXiv 2106.09685, §4.1) in place of every adapted W. */
export function mergeLora(
  weights: WeightSource,
  modules: readonly LinearModule[],
  lora: LoraSpec,
  parameters: Parameters,
): WeightSource {
  const merged = new Map(weights)
  for (const module of modules) {
    const adapted = lora.get(module.name)
    if (adapted === undefined) continue
    const name = `${module.name}.weight`
    const { a, b } = loraNames(module.name)
    const stored = weights.get(name) as StoredWeight
    const values = Float32Array.from(loadWeight(stored))
    const [down, up] = [parameters.get(a) as Float32Array, parameters.get(b) as Float32Array]
    addProduct(values, module, adapted.rank, adapted.scaling, down, up)
    merged.set(name, {
      shape: stored.shape,
      dtype: 'f32',
      location: { bytes: new Uint8Array(values.buffer) },
    })
  }
  return merged
}

/** values += scaling · B·A, where values are [out, in], or [in, out] under fanInFanOut. */
function addProduct(
  values: Float32Array,
  { inFeatures, outFeatures, fanInFanOut }: LinearModule,
  rank: number,
  scaling: number,
  a: Float32Array,
  b: Float32Array,
): void {
  const [perOut, perIn] = fanInFanOut ? [1, outFeatures] : [inFeatures, 1]
  const row = new Float64Array(inFeatures)
  for (let out = 0; out < outFeatures; out++) {
    row.fill(0)
    for (let r = 0; r < rank; r++) {
      const weight = scaling * (b[out * rank + r] as number)
      if (weight === 0) continue
      for (let i = 0; i < inFeatures; i++)
        row[i] = (row[i] as number) + weight * (a[r * inFeatures + i] as number)
    }
    for (let i = 0; i < inFeatures; i++) {
      const at = out * perOut + i * perIn
      values[at] = (values[at] as number) + (row[i] as number)
    }
  }
}
