import { layOutTensors, type TensorShape } from '../safetensors/layout.ts'
import { type ModuleSlice, tensorA, tensorB, tensorScaling } from './encode-factors.ts'
import type { ModuleShape } from './module-shape.ts'

/** Where everything lies in a body of factors of one rank: what `encodeFactors` makes of them. */
export interface BodyLayout {
  /** The safetensors header with its length: it says nothing that is not known. */
  readonly head: Uint8Array
  /** Bytes up to the first module: the header, then each module's scaling as a float64. */
  readonly frontBytes: number
  readonly totalBytes: number
  /** Sorted by name. */
  readonly modules: readonly (Omit<ModuleSlice, 'scaling' | 'sha256' | 'normSquared'> & {
    /** Where its scaling lies. */
    readonly scalingOffset: number
  })[]
}

/** The layout of a body with these modules, all of one rank. Encoding is deterministic, so there is only one. */
export function bodyLayout(shapes: readonly ModuleShape[], rank: number): BodyLayout {
  const { head, entries, totalBytes } = layOutTensors(shapes.flatMap((shape) => tensorsOf(shape, rank)))
  const places = new Map(entries.map((entry) => [entry.name, entry]))
  const placeOf = (tensor: string) => places.get(tensor) ?? { offset: 0, length: 0 }
  const modules = shapes.map(({ name, inFeatures, outFeatures }) => {
    const [a, b] = [placeOf(tensorA(name)), placeOf(tensorB(name))]
    const { offset: scalingOffset } = placeOf(tensorScaling(name))
    return {
      name,
      rank,
      inFeatures,
      outFeatures,
      offset: a.offset,
      length: a.length + b.length,
      scalingOffset,
    }
  })
  return {
    head,
    frontBytes: head.length + 8 * shapes.length,
    totalBytes,
    modules: modules.sort((x, y) => (x.name < y.name ? -1 : 1)),
  }
}

const tensorsOf = ({ name, inFeatures, outFeatures }: ModuleShape, rank: number): TensorShape[] => [
  { name: tensorScaling(name), dtype: 'F64', shape: [] },
  { name: tensorA(name), dtype: 'F32', shape: [rank, inFeatures] },
  { name: tensorB(name), dtype: 'F32', shape: [outFeatures, rank] },
]
