import type { Charter, Verification } from './charter.ts'

type Given = 'name' | 'seed' | 'model' | 'founders'

/** Everything of a charter that its maker may leave out. */
export const CHARTER_DEFAULTS: Omit<Charter, Given> = {
  v: 1,
  kind: 'charter',
  adapter: { targetModules: 'all-linear', alpha: { rule: 'fixed', alpha: 32 }, rsLora: false },
  ranks: [4, 8, 16, 32, 64],
  strategy: { name: 'flexlora-residual', options: {} },
  training: {
    steps: 50,
    batchSize: 16,
    maxLength: 512,
    learningRate: 1e-3,
    schedule: 'constant',
    warmupSteps: 0,
    weightDecay: 0.01,
    clipNorm: 1,
    dropout: 0,
  },
  contributions: {
    minimum: 2,
    maxSamples: 1_000_000,
    maxBytes: 2 ** 32,
    norm: { rule: 'none', factor: 10 },
  },
  deadlines: {
    minimumMs: 1_000,
    initialMs: 120_000,
    hardMs: 600_000,
    viewMs: 15_000,
    voteMs: 1_000,
    viewGrowthMs: 2_000,
    resendMs: 1_000,
  },
  faults: 'crash',
  committeeSize: 64,
  admission: { kind: 'open' },
  maxPeers: 1024,
  rounds: 10,
  leaseRounds: 3,
  partition: 'pause',
}

/**
 * Small models are checked whole. Of a large one each of v honest voters checks 64 of M modules, so that a single false
 * one escapes them all with probability (1 − 64/M)^v: 0.002 for the 224 of a 7B model and 19 voters.
 */
export const DEFAULT_VERIFICATION: Verification = {
  sampledModules: 64,
  aboveBytes: 512 * 2 ** 20,
  graceMs: 1_000,
}

/** A charter from what its maker gives; groups such as `deadlines` are merged field by field. */
export function makeCharter(given: CharterInput): Charter {
  const { deadlines, contributions, training, ...rest } = given
  return {
    ...CHARTER_DEFAULTS,
    ...rest,
    founders: [...given.founders].sort(),
    deadlines: { ...CHARTER_DEFAULTS.deadlines, ...deadlines },
    contributions: { ...CHARTER_DEFAULTS.contributions, ...contributions },
    training: { ...CHARTER_DEFAULTS.training, ...training },
  }
}

export type CharterInput = Pick<Charter, Given> &
  Partial<Omit<Charter, Given | 'v' | 'kind' | 'deadlines' | 'contributions' | 'training'>> & {
    readonly deadlines?: Partial<Charter['deadlines']>
    readonly contributions?: Partial<Charter['contributions']>
    readonly training?: Partial<Charter['training']>
  }
