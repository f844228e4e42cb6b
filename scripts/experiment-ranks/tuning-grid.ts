import type { Cell } from './plan-cells.ts'
import { FULL, type Settings } from './settings.ts'

/** No reported seed is this one. */
export const TUNING_SEED = 'tuning'

const CHOICES = [
  { schedule: 'constant', learningRate: 3e-3 },
  { schedule: 'cosine', learningRate: 12e-3 },
  { schedule: 'cosine', learningRate: 6e-3 },
] as const

/** The settings that are tried on the tuning seed, with fewer tests than the report's. */
export const TUNING_GRID: readonly Settings[] = CHOICES.map((choice) => ({
  ...FULL,
  training: { ...FULL.training, ...choice },
  examples: { train: 64, own: 4, unseen: 8 },
  measureEvery: 10,
}))

/** What each is judged by, both alike: the two sides of the paper's claim. */
export const TUNING_CELLS: readonly Cell[] = [
  { seed: TUNING_SEED, federation: 'heavy-tail-strong', strategy: 'flexlora' },
  { seed: TUNING_SEED, federation: 'lowest', strategy: 'fedit' },
]
