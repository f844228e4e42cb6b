import type { ModuleShape } from '../adapter/module-shape.ts'
import { carriedName, partOf } from '../aggregate/carried/carried-name.ts'
import { carriedParts } from '../aggregate/carried/carried-values.ts'
import { strategyOf } from '../aggregate/strategy.ts'
import type { Factors } from '../base/adapter.ts'
import type { Charter } from '../round/charter/charter.ts'
import { strategyNameOf } from './strategy-name.ts'
import { strategyOptions } from './strategy-options.ts'

/** The modules of global factors: those of the adapter, and what is carried beside them. */
export function globalShapes(
  charter: Pick<Charter, 'strategy' | 'server'>,
  modules: readonly ModuleShape[],
): readonly ModuleShape[] {
  const parts = carriedParts(strategyOf(strategyNameOf(charter)), charter.server)
  return modules.flatMap((module) => [
    module,
    ...parts.map((part) => ({
      ...(part === 'second' ? { inFeatures: 1, outFeatures: 1 } : module),
      name: carriedName(part, module.name),
    })),
  ])
}

/** The largest rank that global factors can have. */
export const largestGlobalRank = (charter: Pick<Charter, 'strategy' | 'ranks' | 'server'>): number =>
  Math.max(1, ...charter.ranks, strategyOptions(charter).baseRank ?? 0, charter.server?.rank ?? 0)

/** The rank that what rounds add to the base can grow to; 0 where the strategy adds nothing. */
export const largestBaseRank = (charter: Pick<Charter, 'strategy'>): number =>
  strategyOf(strategyNameOf(charter)).foldsIntoBase === true ? (strategyOptions(charter).baseRank ?? 0) : 0

/** The adapter's part of global factors. */
export const adapterPart = (global: Factors): Factors =>
  new Map([...global].filter(([name]) => partOf(name).part === null))

/** What the rounds so far have added to the base, or null where the strategy adds nothing. */
export function basePart(charter: Pick<Charter, 'strategy'>, global: Factors): Factors | null {
  const strategy = strategyOf(strategyNameOf(charter))
  if (strategy.foldsIntoBase !== true) return null
  if (strategy.kind === 'product') return global
  const base = [...global].map(([name, factors]) => ({ ...partOf(name), factors }))
  return new Map(base.flatMap(({ part, module, factors }) => (part === 'base' ? [[module, factors]] : [])))
}
