import { readAdapter } from '../adapter/read-adapter.ts'
import { writeAdapter } from '../adapter/write-adapter.ts'
import type { ModuleAggregate } from '../aggregate/aggregate-module.ts'
import { carriedName, partOf } from '../aggregate/carried/carried-name.ts'
import type { AdapterConfig, Factors } from '../base/adapter.ts'

/** Where what is added to the base goes, beside the adapter in `out`. */
export const baseDirectory = (out: string): string => `${out}-base`

/**
 * Writes what a strategy adds to the base as a `peft` adapter of its own: merge it into the base, then load the
 * adapter. Ranks differ by module; scaling is 1. Answers where, or null where there is nothing to add.
 */
export function writeBaseAdapter(
  out: string,
  config: AdapterConfig,
  carried: ReadonlyMap<string, ModuleAggregate>,
): string | null {
  const base = [...carried]
    .map(([name, { factors }]) => ({ ...partOf(name), factors }))
    .filter(({ part }) => part === 'base')
  if (base.length === 0) return null
  const ranks = Object.fromEntries(base.map(({ module, factors }) => [module, factors.rank]))
  const rank = Math.max(...base.map(({ factors }) => factors.rank))
  const patterns = { rank, alpha: rank, rsLora: false, rankPattern: ranks, alphaPattern: ranks }
  const factors = new Map(base.map(({ module, factors: own }) => [module, own]))
  writeAdapter(baseDirectory(out), { config: { ...config, ...patterns }, factors })
  return baseDirectory(out)
}

/** The global factors of the round before: the adapter, and what was added to the base. */
export function readGlobal(previous: string, previousBase: string | undefined): Factors {
  const { factors } = readAdapter(previous)
  if (previousBase === undefined) return factors
  const base = readAdapter(previousBase).factors
  return new Map([...factors, ...[...base].map(([name, one]) => [carriedName('base', name), one] as const)])
}
