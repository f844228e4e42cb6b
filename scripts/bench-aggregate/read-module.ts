import { peftKey } from '../../src/adapter/peft-keys.ts'
import type { Term } from '../../src/aggregate/stacked-product.ts'
import type { SafetensorsSource } from '../../src/safetensors/safetensors-source.ts'

/** One module of every peer, read when it is its turn; peer i has i + 1 samples and α 16. */
export function readModule(sources: readonly SafetensorsSource[], module: string): Term[] {
  const total = (sources.length * (sources.length + 1)) / 2
  return sources.map((source, peer) => {
    const [keyA, keyB] = [peftKey(module, 'A'), peftKey(module, 'B')]
    const [rank = 0, inFeatures = 0] = source.tensors.get(keyA)?.shape ?? []
    const [outFeatures = 0] = source.tensors.get(keyB)?.shape ?? []
    const scaling = 16 / rank
    const [a, b] = [source.readFloat32(keyA), source.readFloat32(keyB)]
    const factors = { rank, inFeatures, outFeatures, scaling, a, b }
    return { factors, coefficient: ((peer + 1) / total) * scaling }
  })
}
