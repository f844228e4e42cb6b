import { encodeFactors, type ModuleSlice } from '../../../src/adapter/encode-factors.ts'
import { initialFactors } from '../../../src/adapter/initial-factors.ts'
import { decodeModuleList, encodeModuleList, moduleListBytesLimit } from '../../../src/node/module-list.ts'
import { type Decoder, outcomeOf } from '../decoder.ts'

const MODULES = [
  { name: 'layers.0.q_proj', inFeatures: 6, outFeatures: 4 },
  { name: 'layers.0.v_proj', inFeatures: 6, outFeatures: 4 },
]
const slices = encodeFactors(
  initialFactors({ seed: 's', modules: MODULES, rankOf: () => 2, scalingOf: () => 8 }),
).modules

const listDecoder = (
  name: string,
  norms: boolean,
  samples: readonly (readonly ModuleSlice[])[],
): Decoder => ({
  name,
  grammar: 'cbor',
  maxBytes: moduleListBytesLimit(MODULES.length),
  samples: samples.map(encodeModuleList),
  decode: (bytes) => outcomeOf(decodeModuleList(bytes, { modules: MODULES.length, norms }), encodeModuleList),
})

/** The lists that announcements name by their CID. */
export const moduleListDecoders: readonly Decoder[] = [
  listDecoder('list of modules', false, [slices, slices.slice(1)]),
  listDecoder('list of modules with norms', true, [
    slices.map((slice) => ({ ...slice, normSquared: 0.1875 })),
    slices.slice(1).map((slice) => ({ ...slice, normSquared: 0 })),
  ]),
]
