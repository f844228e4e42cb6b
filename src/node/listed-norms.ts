import type { ModuleSlice } from '../adapter/encode-factors.ts'
import { reproducibleNormSquared } from '../aggregate/reproducible-norm.ts'
import type { Factors, ModuleFactors } from '../base/adapter.ts'

/**
 * The slices with each module's norm, to the last bit: factors have one list, so false norms are found without trust.
 * Other work has its turn between modules.
 */
export async function withNorms(
  slices: readonly ModuleSlice[],
  factors: Factors,
): Promise<readonly ModuleSlice[]> {
  const normed: ModuleSlice[] = []
  for (const slice of slices) {
    const module = factors.get(slice.name) as ModuleFactors
    normed.push({ ...slice, normSquared: reproducibleNormSquared(module) })
    await otherWork()
  }
  return normed
}

const otherWork = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** ‖ΔW‖²_F over all modules as their list says; null where it says none. */
export function listedNormSquared(slices: readonly ModuleSlice[]): number | null {
  if (slices.length === 0) return null
  let sum = 0
  for (const { normSquared } of slices) {
    if (normSquared === undefined) return null
    sum += normSquared
  }
  return sum
}
