import type { Factors } from '../../src/base/adapter.ts'
import type { Example } from '../../src/train/data/example.ts'
import { evaluateCheckpoint } from '../../src/train/evaluate/evaluate-checkpoint.ts'
import type { Lab } from './open-lab.ts'
import type { Settings } from './settings.ts'

/** How well an adapter answers. Exact match and Rouge-L are shares from 0 to 1. */
export interface Score {
  readonly loss: number
  readonly exactMatch: number
  readonly rougeL: number
}

const BATCH_SIZE = 64

/** Mean loss of the answers' tokens, in nats. */
export async function measureLoss(lab: Lab, factors: Factors, examples: readonly Example[]): Promise<number> {
  const { loss } = await evaluateCheckpoint({
    ...lab.session,
    factors,
    examples,
    generate: false,
    options: { batchSize: BATCH_SIZE },
  })
  return loss
}

/** Loss, and exact match and Rouge-L of greedy answers. */
export async function measureScore(
  lab: Lab,
  factors: Factors,
  examples: readonly Example[],
  { maxNewTokens }: Pick<Settings, 'maxNewTokens'>,
): Promise<Score> {
  const { loss, exactMatch, rougeL } = await evaluateCheckpoint({
    ...lab.session,
    factors,
    examples,
    options: { batchSize: BATCH_SIZE, maxNewTokens },
  })
  return { loss, exactMatch: exactMatch ?? Number.NaN, rougeL: rougeL ?? Number.NaN }
}
