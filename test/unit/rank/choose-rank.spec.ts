import { deepEqual, equal, match, throws } from 'node:assert/strict'
import fc from 'fast-check'
import { chooseRank, stepDown } from '../../../src/rank/choose-rank.ts'
import { explainRank } from '../../../src/rank/explain-rank.ts'
import type { MemoryBudget } from '../../../src/rank/memory-budget.ts'
import { memoryNeed } from '../../../src/rank/memory-model.ts'
import { planRanks } from '../../../src/rank/rank-plan.ts'
import { smallTraining } from './small-llama.ts'

const budgetOf = (bytes: number): MemoryBudget => ({ bytes, source: 'user', detail: 'as the user said' })
const needOf = (rank: number) => memoryNeed(smallTraining, rank).total
const plan = (bytes: number, ladder?: readonly number[]) =>
  planRanks({ memory: smallTraining, budget: budgetOf(bytes), ...(ladder === undefined ? {} : { ladder }) })

describe('the rank that memory decides', () => {
  it('is the largest of the ladder that fits, to the byte', () => {
    for (const rank of [4, 8, 16, 32, 64]) {
      equal(chooseRank(plan(needOf(rank))).rank, rank)
      if (rank > 4) equal(chooseRank(plan(needOf(rank) - 1)).rank, rank / 2)
    }
  })

  it('is 4, 8, 16 and 32 for four peers whose budgets lie between two ranks’ needs', () => {
    const between = [4, 8, 16, 32].map((rank) => Math.round((needOf(rank) + needOf(rank * 2)) / 2))
    deepEqual(
      between.map((bytes) => chooseRank(plan(bytes)).rank),
      [4, 8, 16, 32],
    )
  })

  it('never falls as the budget grows, and always fits', () => {
    const bytes = fc.integer({ min: needOf(4), max: 4 * needOf(64) })
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const [small, large] = [Math.min(a, b), Math.max(a, b)].map((size) => chooseRank(plan(size)))
        return small !== undefined && large !== undefined && small.rank <= large.rank && large.fits
      }),
    )
  })

  it('is refused where even the smallest does not fit, with the bytes it needs', () => {
    throws(() => chooseRank(plan(1e6)), {
      code: 'RANK_NONE_FITS',
      evidence: { rank: 4, neededBytes: needOf(4), budgetBytes: 1e6 },
      message: new RegExp(`${needOf(4)} bytes`),
    })
  })

  it('follows the federation’s ladder, in whatever order it is written', () => {
    equal(chooseRank(plan(1e12, [24, 3, 12, 12])).rank, 24)
  })

  it('refuses a ladder that is empty or has no whole ranks', () => {
    for (const ladder of [[], [0, 4], [4.5], [-1]]) {
      throws(() => plan(1e12, ladder), { code: 'RANK_LADDER' })
    }
  })
})

describe('the smaller dimension of a module', () => {
  it('ends the ladder', () => {
    const long = plan(1e12, [64, 96, 128])
    equal(chooseRank(long).rank, 96)
    deepEqual(long.tooLarge, [128])
  })

  it('refuses a ladder that begins above it, and a user’s rank above it', () => {
    const refusal = {
      code: 'RANK_ABOVE_MODULE',
      evidence: { rank: 128, largest: 96, module: 'model.layers.0.self_attn.k_proj' },
    }
    throws(() => plan(1e12, [128, 256]), refusal)
    throws(() => chooseRank(plan(1e12, [64, 128]), 128), refusal)
  })
})

describe('the user’s rank', () => {
  it('is taken, even where the estimate says that it does not fit', () => {
    const choice = chooseRank(plan(needOf(8)), 32)
    deepEqual([choice.rank, choice.fits, choice.decidedBy], [32, false, 'user'])
    equal(chooseRank(plan(needOf(64)), 8).fits, true)
  })

  it('is refused where it is not on the ladder', () => {
    throws(() => chooseRank(plan(1e12), 10), {
      code: 'RANK_OFF_LADDER',
      evidence: { rank: 10, ladder: [4, 8, 16, 32, 64] },
    })
  })
})

describe('running out of memory', () => {
  it('steps down one rank at a time until none is left', () => {
    const roomy = plan(1e12)
    const steps = [64, 32, 16, 8].map((rank) => stepDown(roomy, rank))
    deepEqual(
      steps.map(({ rank, decidedBy }) => [rank, decidedBy]),
      [32, 16, 8, 4].map((rank) => [rank, 'out-of-memory']),
    )
    throws(() => stepDown(roomy, 4), { code: 'RANK_NONE_FITS' })
  })
})

describe('the explanation of a rank', () => {
  it('says the budget, what is shared, each rank’s bytes, and what decided', () => {
    const ladder = plan(needOf(8) + 1e6, [4, 8, 16, 128])
    const lines = explainRank(ladder, chooseRank(ladder))
    equal(lines.length, 7)
    match(lines[0] ?? '', /^memory budget \d+ MB \(user: as the user said\)$/)
    match(lines[1] ?? '', /^base weights 19\.2 MB, activations \d+ MB, executor 100 MB$/)
    match(lines[2] ?? '', /^ {2}rank 4: .* more, .* in all, fits$/)
    match(lines[3] ?? '', /^→ rank 8: .* fits$/)
    match(lines[4] ?? '', /^ {2}rank 16: .* too much$/)
    match(lines[5] ?? '', /^ {2}rank 128: above 96, the limit of model\.layers\.0\.self_attn\.k_proj$/)
    match(lines[6] ?? '', /^rank 8: the largest that fits$/)
  })

  it('names the device whose memory it is', () => {
    const budget: MemoryBudget = { bytes: 1e12, source: 'nvidia-smi', device: 'NVIDIA L4', detail: 'all' }
    const [first] = explainRank(planRanks({ memory: smallTraining, budget }))
    equal(first, 'memory budget 1000 GB (nvidia-smi, NVIDIA L4: all)')
  })
})
