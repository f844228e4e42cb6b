import { join } from 'node:path'
import { peftKey } from '../../src/adapter/peft-keys.ts'
import { createSafetensorsWriter } from '../../src/safetensors/write-safetensors.ts'
import { type Spectrum, type SyntheticModule, syntheticModule } from './synthetic.ts'

/** Writes one peft weight file for each peer, module by module. */
export function writePeers(
  directory: string,
  modules: readonly Omit<SyntheticModule, 'rank'>[],
  peers: number,
  ranks: readonly number[],
  spectrum: Spectrum,
): string[] {
  return Array.from({ length: peers }, (_, peer) => {
    const rank = ranks[peer % ranks.length] as number
    const file = join(directory, `${String(peer).padStart(4, '0')}.safetensors`)
    const shapes = modules.flatMap(({ label, inFeatures, outFeatures }) => [
      { name: peftKey(label, 'A'), dtype: 'F32' as const, shape: [rank, inFeatures] },
      { name: peftKey(label, 'B'), dtype: 'F32' as const, shape: [outFeatures, rank] },
    ])
    const writer = createSafetensorsWriter(file, shapes)
    for (const module of modules) {
      const { a, b } = syntheticModule({ ...module, rank }, peer, spectrum)
      const { label, inFeatures, outFeatures } = module
      writer.write({ name: peftKey(label, 'A'), dtype: 'F32', shape: [rank, inFeatures], data: a })
      writer.write({ name: peftKey(label, 'B'), dtype: 'F32', shape: [outFeatures, rank], data: b })
    }
    writer.commit()
    return file
  })
}
