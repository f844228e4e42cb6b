import type { ModuleReport } from '../../aggregate/aggregate-report.ts'

/** What an aggregate is made of, module by module. */
export interface AggregateReport {
  /** What was aggregated: a round, or adapters of a directory. */
  readonly title: string
  readonly modules: readonly ModuleReport[]
}

/** One contribution over all modules. */
export interface ContributionSummary {
  readonly peer: string
  /** Its share of the mean. */
  readonly weight: number
  /** ‖ΔWᵢ‖_F over all modules. */
  readonly norm: number
  /** Of its modules' cosines to the mean. */
  readonly lowest: number
  readonly median: number
  readonly highest: number
  /** Where the lowest is. */
  readonly lowestModule: string
}

/** The contributions, those that agree least with the mean first. */
export function summariseContributions(modules: readonly ModuleReport[]): ContributionSummary[] {
  const parts = modules.flatMap(({ module, contributions }) =>
    contributions.map((one) => ({ ...one, module })),
  )
  const byPeer = Map.groupBy(parts, ({ peer }) => peer)
  const summaries = [...byPeer].map(([peer, own]): ContributionSummary => {
    const ordered = own.toSorted((one, other) => one.cosine - other.cosine)
    const at = (share: number) => ordered[Math.round(share * (ordered.length - 1))]?.cosine ?? 0
    return {
      peer,
      weight: own[0]?.weight ?? 0,
      norm: Math.hypot(...own.map(({ norm }) => norm)),
      lowest: at(0),
      median: at(0.5),
      highest: at(1),
      lowestModule: ordered[0]?.module ?? '',
    }
  })
  return summaries.sort((one, other) => one.median - other.median || (one.peer < other.peer ? -1 : 1))
}

/** The ranks that the modules' reports speak of. */
export const ranksOf = (modules: readonly ModuleReport[]): number[] =>
  [...new Set(modules.flatMap(({ energyKept }) => energyKept.map(({ rank }) => rank)))].sort((x, y) => x - y)

/** Share of the energy of all modules together that each rank keeps. */
export function energyOfAll(modules: readonly ModuleReport[], rank: number): number {
  const total = modules.reduce((sum, { norm }) => sum + norm ** 2, 0)
  const kept = modules.reduce((sum, { norm, energyKept }) => {
    const share = energyKept.findLast((one) => one.rank <= rank)?.share ?? 0
    return sum + share * norm ** 2
  }, 0)
  return total === 0 ? 1 : kept / total
}
