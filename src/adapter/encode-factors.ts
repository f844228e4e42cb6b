import { createHash } from 'node:crypto'
import type { Factors, ModuleFactors } from '../base/adapter.ts'
import { encodeSafetensors } from '../safetensors/encode-safetensors.ts'
import { layOutTensors } from '../safetensors/layout.ts'
import type { WritableTensor } from '../safetensors/writable-tensor.ts'

/** One module in an encoded body: what a peer needs to pull and check it alone. */
export interface ModuleSlice {
  readonly name: string
  readonly rank: number
  readonly inFeatures: number
  readonly outFeatures: number
  readonly scaling: number
  /** Bytes from the start of the body; A is there, and B right after it. */
  readonly offset: number
  readonly length: number
  /** SHA-256 of those bytes, in hex. */
  readonly sha256: string
  /** ‖ΔW‖²_F of the module, where the list of a contribution has to say it. */
  readonly normSquared?: number
}

export interface EncodedFactors {
  /** A safetensors file. */
  readonly bytes: Uint8Array
  /** Sorted by name. */
  readonly modules: readonly ModuleSlice[]
}

export const tensorA = (module: string): string => `${module}.lora_A`
export const tensorB = (module: string): string => `${module}.lora_B`
export const tensorScaling = (module: string): string => `${module}.scaling`

/** Factors as they travel: deterministic safetensors bytes with each module's scaling in them. */
export function encodeFactors(factors: Factors): EncodedFactors {
  const tensors = [...factors].flatMap(([module, own]) => moduleTensors(module, own))
  const bytes = encodeSafetensors(tensors)
  const offsets = new Map(layOutTensors(tensors).entries.map(({ name, offset }) => [name, offset]))
  const modules = [...factors].map(([name, own]): ModuleSlice => {
    const { rank, inFeatures, outFeatures, scaling } = own
    const offset = offsets.get(tensorA(name)) as number
    const length = sliceBytes(own)
    const sha256 = createHash('sha256')
      .update(bytes.subarray(offset, offset + length))
      .digest('hex')
    return { name, rank, inFeatures, outFeatures, scaling, offset, length, sha256 }
  })
  return { bytes, modules: modules.sort((x, y) => (x.name < y.name ? -1 : 1)) }
}

/** The first bytes of `encodeFactors`, up to the first tensor: they follow from names and shapes alone. */
export const factorsHead = (factors: Factors): Uint8Array =>
  layOutTensors([...factors].flatMap(([module, own]) => moduleTensors(module, own))).head

export const sliceBytes = ({
  rank,
  inFeatures,
  outFeatures,
}: Pick<ModuleFactors, 'rank' | 'inFeatures' | 'outFeatures'>): number =>
  4 * rank * (inFeatures + outFeatures)

function moduleTensors(
  module: string,
  { rank, inFeatures, outFeatures, scaling, a, b }: ModuleFactors,
): WritableTensor[] {
  return [
    { name: tensorScaling(module), dtype: 'F64', shape: [], data: Float64Array.of(scaling) },
    { name: tensorA(module), dtype: 'F32', shape: [rank, inFeatures], data: a },
    { name: tensorB(module), dtype: 'F32', shape: [outFeatures, rank], data: b },
  ]
}
