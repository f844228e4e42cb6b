import { decodeModule } from '../adapter/decode-factors.ts'
import type { ModuleSlice } from '../adapter/encode-factors.ts'
import type { StreamedContribution } from '../aggregate/aggregate-stream.ts'
import type { Contribution } from '../aggregate/contribution.ts'
import type { ModuleFactors } from '../base/adapter.ts'
import type { Store } from '../store/store.ts'
import { readRange } from './byte-range.ts'

/** A contribution that was found sound, and is read out of the store module by module. */
export interface CheckedContribution extends StreamedContribution {
  readonly rank: number
  /** ‖ΔW‖_F over all modules, where the charter's norm rule asks for it. */
  readonly norm: number
}

/** A contribution in memory, and where its modules lie in its body. */
export interface GatheredContribution extends Contribution {
  readonly slices: readonly ModuleSlice[]
}

/** Keeps of a contribution that was checked what does not need its factors. */
export const checkedContribution = (
  store: Pick<Store, 'openBlob'>,
  body: string,
  { peer, samples, factors, slices }: GatheredContribution,
  norm: number,
): CheckedContribution => ({
  peer,
  samples,
  modules: [...factors.keys()],
  rank: Math.max(...[...factors.values()].map(({ rank }) => rank)),
  norm,
  read: moduleReader(store, body, slices),
})

/** How one module is read again out of a body that was checked as a whole: its bytes must still be those. */
function moduleReader(
  store: Pick<Store, 'openBlob'>,
  body: string,
  slices: readonly ModuleSlice[],
): (module: string) => Promise<ModuleFactors> {
  const places = new Map(slices.map((slice) => [slice.name, slice]))
  return async (module) => {
    const slice = places.get(module) as ModuleSlice
    const reader = await store.openBlob(body)
    if (reader === undefined) throw new Error(`body ${body} is no longer in the store`)
    const decoded = decodeModule(
      slice,
      await readRange(reader, { start: slice.offset, length: slice.length }),
    )
    if (!decoded.ok) throw new Error(`body ${body} has changed in the store: ${decoded.reason}`)
    return decoded.value
  }
}
