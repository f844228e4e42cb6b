import type { MemoryBudget } from './memory-budget.ts'
import { type MemoryModel, type MemoryNeed, memoryNeed } from './memory-model.ts'
import type { AdaptedModule } from './model-description.ts'
import { RankAboveModuleError, RankLadderError } from './rank-errors.ts'

/** The ranks that peers choose from unless their federation says otherwise. */
const DEFAULT_LADDER: readonly number[] = [4, 8, 16, 32, 64]

export interface RankCandidate {
  readonly rank: number
  readonly need: MemoryNeed
  readonly fits: boolean
}

/** Every rank that the model allows, and what each would take. */
export interface RankPlan {
  readonly budget: MemoryBudget
  /** Ascending; at least one. */
  readonly candidates: readonly RankCandidate[]
  /** Ranks of the ladder that the narrowest module does not allow. */
  readonly tooLarge: readonly number[]
  /** The module whose smaller dimension, less what must lie below, no rank may pass. */
  readonly narrowest: { readonly module: string; readonly rank: number }
}

export interface RankPlanOptions {
  readonly memory: MemoryModel
  readonly budget: MemoryBudget
  /** Default: `DEFAULT_LADDER`. */
  readonly ladder?: readonly number[]
}

/**
 * What every rank of the ladder takes. Ranks above a module's smaller dimension are left out, and so is one of just that
 * where something lies frozen below the adapter: both share the module's directions.
 *
 * @throws {RankLadderError} where the ladder is empty or has something else than whole ranks above 0
 * @throws {RankAboveModuleError} where even the smallest rank is above a module's smaller dimension
 */
export function planRanks({ memory, budget, ladder = DEFAULT_LADDER }: RankPlanOptions): RankPlan {
  const ranks = [...new Set(ladder)].sort((a, b) => a - b)
  const smallest = ranks[0]
  if (smallest === undefined || ranks.some((rank) => !(Number.isInteger(rank) && rank > 0))) {
    throw new RankLadderError(ladder)
  }
  // One direction, at least, is the base's.
  const narrowest = narrowestModule(memory.model.modules, memory.frozen === undefined ? 0 : 1)
  if (smallest > narrowest.rank) throw new RankAboveModuleError(smallest, narrowest.rank, narrowest.module)
  const candidates = ranks
    .filter((rank) => rank <= narrowest.rank)
    .map((rank) => {
      const need = memoryNeed(memory, rank)
      return { rank, need, fits: need.total <= budget.bytes }
    })
  const tooLarge = ranks.filter((rank) => rank > narrowest.rank)
  return { budget, candidates, tooLarge, narrowest }
}

function narrowestModule(modules: readonly AdaptedModule[], taken: number): { module: string; rank: number } {
  let narrowest = { module: 'any module', rank: Number.POSITIVE_INFINITY }
  for (const { name, inFeatures, outFeatures } of modules) {
    const rank = Math.min(inFeatures, outFeatures) - taken
    if (rank < narrowest.rank) narrowest = { module: name, rank }
  }
  return narrowest
}
