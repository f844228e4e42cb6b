import type { Cell } from './plan-cells.ts'
import { FULL, type Settings } from './settings.ts'

/** No reported seed is this one. */
export const TUNING_SEED = 'tuning'

/** α: one for all ranks, as the paper has it (α/r falls with the rank), or in proportion to the rank. */
const ALPHAS: readonly Settings['alpha'][] = [
  { rule: 'fixed', alpha: 16 },
  { rule: 'per-rank', factor: 2 },
]
const LEARNING_RATES = [2e-3, 5e-3, 1e-2]

/** The settings that are tried on the tuning seed. */
export const TUNING_GRID: readonly Settings[] = ALPHAS.flatMap((alpha) =>
  LEARNING_RATES.map((learningRate) => ({
    ...FULL,
    alpha,
    training: { ...FULL.training, learningRate },
    measureEvery: 10,
  })),
)

/** What each is judged by, both alike: the two sides of the paper's claim. */
export const TUNING_CELLS: readonly Cell[] = [
  { seed: TUNING_SEED, federation: 'heavy-tail-strong', strategy: 'flexlora' },
  { seed: TUNING_SEED, federation: 'lowest', strategy: 'fedit' },
]
