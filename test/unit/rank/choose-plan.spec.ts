import { equal } from 'node:assert/strict'
import { choosePlan } from '../../../src/rank/choose-plan.ts'
import type { MemoryBudget } from '../../../src/rank/memory-budget.ts'
import { memoryNeed } from '../../../src/rank/memory-model.ts'
import { planRanks } from '../../../src/rank/rank-plan.ts'
import { smallTraining } from './small-llama.ts'

const layered = { ...smallTraining, training: { ...smallTraining.training, graph: 'layered' as const } }

const plansOf = (bytes: number) => {
  const budget: MemoryBudget = { bytes, source: 'user', detail: 'as the user said' }
  return [planRanks({ memory: smallTraining, budget }), planRanks({ memory: layered, budget })] as const
}
const chosen = (bytes: number, wanted?: number) => {
  const plans = plansOf(bytes)
  return choosePlan(plans, wanted) === plans[0] ? 'whole' : 'layered'
}

describe('the graph that memory decides', () => {
  const smallest = memoryNeed(smallTraining, 4).total
  const larger = memoryNeed(smallTraining, 8).total

  it('is the whole model where any rank fits with it', () => {
    equal(chosen(smallest), 'whole')
    equal(chosen(smallest - 1), 'layered')
  })

  it('is a layer at a time for a wanted rank that fits only so', () => {
    equal(chosen(larger, 8), 'whole')
    equal(chosen(larger - 1, 8), 'layered')
  })

  it('is the one that takes least where nothing fits', () => {
    equal(chosen(1), 'layered')
  })
})
