import { planEpoch } from '../batch/plan-epoch.ts'
import { makeBatch, type TokenBatch } from '../batch/token-batch.ts'
import type { TokenExample } from '../batch/token-example.ts'
import type { TrainingPlan } from './training-options.ts'

/** One optimiser step's data. */
export interface StepData {
  readonly microBatches: readonly TokenBatch[]
  readonly sequences: number
  readonly lossTokens: number
}

/** The data of any step (0-based, over all rounds), a function of the plan and the step alone. */
export function createBatchOrder(
  data: readonly TokenExample[],
  plan: TrainingPlan,
): (step: number) => StepData {
  const lengths = data.map(({ ids }) => ids.length)
  let epoch = -1
  let batches: number[][] = []
  return (step) => {
    const wanted = Math.floor(step / plan.batchesPerEpoch)
    if (wanted !== epoch) {
      epoch = wanted
      batches = planEpoch(lengths, { batchSize: plan.batchSize, seed: plan.seed, epoch })
    }
    const indices = batches[step % plan.batchesPerEpoch] as number[]
    const microBatches: TokenBatch[] = []
    for (let from = 0; from < indices.length; from += plan.microBatchSize) {
      const rows = indices.slice(from, from + plan.microBatchSize).map((index) => data[index] as TokenExample)
      microBatches.push(makeBatch(rows, plan.padToMultipleOf))
    }
    const lossTokens = microBatches.reduce((total, batch) => total + batch.lossTokens, 0)
    return { microBatches, sequences: indices.length, lossTokens }
  }
}
