import { deepEqual, equal, match, ok, throws } from 'node:assert/strict'
import { largestBaseRank } from '../../../src/node/global-parts.ts'
import { calibrate } from '../../../src/rank/calibrate.ts'
import { chooseRank } from '../../../src/rank/choose-rank.ts'
import { explainRank } from '../../../src/rank/explain-rank.ts'
import { loraParameterCount, type MemoryModel, memoryNeed } from '../../../src/rank/memory-model.ts'
import { planRanks } from '../../../src/rank/rank-plan.ts'
import { smallLlama, smallTraining } from './small-llama.ts'

const LADDER = [4, 8, 16, 32]
const over = (rank: number, reservedRank = 32): MemoryModel => ({
  ...smallTraining,
  frozen: { rank, reservedRank },
})
const plan = (memory: MemoryModel, bytes: number, ladder: readonly number[] = LADDER) =>
  planRanks({ memory, budget: { bytes, source: 'user', detail: 'as the user said' }, ladder })

describe('memory of what a strategy adds to the base', () => {
  it('is seven copies of the frozen factors, their bottlenecks, and three more copies of what learns', () => {
    const [plain, frozen] = [memoryNeed(smallTraining, 8), memoryNeed(over(64), 8)]
    const tokens = 16 * 64
    equal(frozen.frozen, loraParameterCount(smallLlama, 64) * 28 + tokens * 42 * 64 * 8)
    equal(frozen.lora - plain.lora, loraParameterCount(smallLlama, 8) * 12)
    equal(frozen.total - plain.total, frozen.frozen + frozen.lora - plain.lora)
    equal(plain.frozen, 0)
  })

  it('is no more than a narrow module has room for below the largest adapter', () => {
    const wide = memoryNeed(over(4096), 8).frozen
    // Of k and v, 64 of their 96 directions are left; of the others 160 of 192.
    const modules = smallLlama.modules.map((module) => {
      const { inFeatures, outFeatures } = module
      return (Math.min(inFeatures, outFeatures) - 32) * ((inFeatures + outFeatures) * 28 + 16 * 64 * 8)
    })
    equal(
      wide,
      modules.reduce((sum, bytes) => sum + bytes, 0),
    )
  })

  it('makes a peer choose a lower rank than it would have without', () => {
    const bytes = memoryNeed(smallTraining, 32).total
    equal(chooseRank(plan(smallTraining, bytes)).rank, 32)
    equal(chooseRank(plan(over(8), bytes)).rank, 8)
    equal(chooseRank(plan(over(8), memoryNeed(over(8), 32).total)).rank, 32)
    equal(chooseRank(plan(over(8), memoryNeed(over(8), 32).total - 1)).rank, 16)
  })

  it('refuses a budget in which the first rounds would fit and the later ones would not', () => {
    const bytes = memoryNeed(smallTraining, 4).total
    equal(chooseRank(plan(smallTraining, bytes)).rank, 4)
    throws(() => chooseRank(plan(over(64), bytes)), { code: 'RANK_NONE_FITS' })
  })

  it('leaves no room for an adapter of all of a module’s directions', () => {
    equal(chooseRank(plan(smallTraining, 1e12, [32, 96])).rank, 96)
    const shared = plan(over(64, 96), 1e12, [32, 96])
    deepEqual([chooseRank(shared).rank, shared.tooLarge], [32, [96]])
  })

  it('is said once, since every rank shares it', () => {
    const lines = explainRank(plan(over(64), 1e12))
    match(lines[1] ?? '', /executor 100 MB, factors added to the base at most [\d.]+ MB$/)
    ok(!/added/.test(explainRank(plan(smallTraining, 1e12))[1] ?? ''))
  })

  it('teaches nothing wrong where the first step has none of it yet', () => {
    const measured = memoryNeed(smallTraining, 8).total + 300e6
    const learned = calibrate(smallTraining, 8, measured)
    const later = memoryNeed({ ...over(64), calibration: learned }, 8)
    const known = memoryNeed(over(64), 8)
    ok(Math.abs(later.total - known.total - 300e6) <= 1)
  })

  it('is the charter’s base rank under strategies that add to the base, and nothing under others', () => {
    equal(largestBaseRank({ strategy: { name: 'flora', options: {} } }), 64)
    equal(largestBaseRank({ strategy: { name: 'fedex-lora', options: { baseRank: 7 } } }), 7)
    equal(largestBaseRank({ strategy: { name: 'flexlora', options: {} } }), 0)
  })
})
