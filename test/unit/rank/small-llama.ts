import type { MemoryModel } from '../../../src/rank/memory-model.ts'
import type { AdaptedModule, ModelDescription } from '../../../src/rank/model-description.ts'

const LINEARS = [
  ['self_attn.q_proj', 192, 192],
  ['self_attn.k_proj', 192, 96],
  ['self_attn.v_proj', 192, 96],
  ['self_attn.o_proj', 192, 192],
  ['mlp.gate_proj', 192, 512],
  ['mlp.up_proj', 192, 512],
  ['mlp.down_proj', 512, 192],
] as const

const modules: readonly AdaptedModule[] = Array.from({ length: 6 }, (_, layer) =>
  LINEARS.map(([name, inFeatures, outFeatures]) => ({
    name: `model.layers.${layer}.${name}`,
    inFeatures,
    outFeatures,
  })),
).flat()

/** A llama of 2.4 million parameters, as small as the one that the demo trains. */
export const smallLlama: ModelDescription = {
  layers: 6,
  hiddenSize: 192,
  intermediateSize: 512,
  heads: 6,
  kvHeads: 3,
  headDim: 32,
  vocabulary: 512,
  weightBytes: 2_400_000 * 4,
  modules,
}

export const smallTraining: MemoryModel = {
  model: smallLlama,
  training: { batch: 16, length: 64 },
  footprint: { overheadBytes: 100e6, weightCopies: 2 },
}
