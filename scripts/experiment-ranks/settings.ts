import { createHash } from 'node:crypto'
import type { Charter } from '../../src/round/charter/charter.ts'
import { CHARTER_DEFAULTS } from '../../src/round/charter/charter-defaults.ts'

/** All that is the same in every cell of the experiment. */
export interface Settings {
  readonly peers: number
  /** How many of them train in a round. */
  readonly sampled: number
  readonly rounds: number
  /** The ranks of the four kinds of peers, lowest first. */
  readonly ranks: readonly [number, number, number, number]
  readonly alpha: Charter['adapter']['alpha']
  readonly training: Charter['training']
  /** Task kinds that no peer has. */
  readonly unseenTasks: number
  /** Of each peer's task to train on and to test on, and of each unseen task. */
  readonly examples: { readonly train: number; readonly own: number; readonly unseen: number }
  /** Losses are measured after every so many rounds; answers are generated after the last only. */
  readonly measureEvery: number
  readonly maxNewTokens: number
}

/** What is reported. Learning rate and α were chosen by `--tune` on a seed of its own. */
export const FULL: Settings = {
  peers: 40,
  sampled: 4,
  rounds: 30,
  ranks: [1, 4, 8, 16],
  alpha: { rule: 'per-rank', factor: 2 },
  training: {
    ...CHARTER_DEFAULTS.training,
    steps: 8,
    batchSize: 8,
    learningRate: 12e-3,
    schedule: 'cosine',
    maxLength: 96,
  },
  unseenTasks: 12,
  examples: { train: 64, own: 6, unseen: 12 },
  measureEvery: 6,
  maxNewTokens: 24,
}

/**
 * The same with a rate that stays, at the mean of the cosine: whether what decays in the aggregation can be learned
 * again until the end. Only the cells that decide are run.
 */
export const CONSTANT: Settings = {
  ...FULL,
  training: { ...FULL.training, schedule: 'constant', learningRate: 6e-3 },
}

/** Small enough for a test: it shows that everything works, and nothing else. */
export const QUICK: Settings = {
  ...FULL,
  peers: 4,
  sampled: 2,
  rounds: 2,
  ranks: [1, 2, 3, 4],
  training: { ...FULL.training, steps: 1, batchSize: 2 },
  unseenTasks: 1,
  examples: { train: 4, own: 1, unseen: 2 },
  measureEvery: 1,
  maxNewTokens: 4,
}

/** Raise it when the code changes what a cell finds: finished cells of other versions are not taken over. */
const VERSION = 1

/** Names a folder of finished cells. */
export const settingsDigest = (settings: Settings): string =>
  createHash('sha256')
    .update(JSON.stringify([VERSION, settings]))
    .digest('hex')
    .slice(0, 12)
