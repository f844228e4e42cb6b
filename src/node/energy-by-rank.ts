import type { Aggregate } from '../aggregate/aggregate.ts'
import { energyKept } from '../aggregate/energy-kept.ts'

/** Share of the mean's whole energy that every rank of the ladder keeps. */
export function energyByRank({ modules }: Aggregate, ranks: readonly number[]): Record<string, number> {
  const all = [...modules.values()]
  const total = all.reduce((sum, { energy }) => sum + energy, 0)
  const kept = (rank: number) =>
    all.reduce((sum, module) => sum + energyKept(module, rank) * module.energy, 0)
  return Object.fromEntries(
    ranks.map((rank) => [String(rank), total === 0 ? 1 : Math.min(1, kept(rank) / total)]),
  )
}
