import { random, shuffled } from '../../base/random.ts'

export interface EpochPlan {
  readonly batchSize: number
  readonly seed: string | number
  /** 0-based. Every epoch has an order of its own. */
  readonly epoch: number
}

/** How many batches are sorted by length together: enough to cut padding, too few to undo the shuffle. */
const BATCHES_PER_BUCKET = 16

/**
 * The batches of an epoch as lists of indices into `lengths`: shuffled by seed and epoch, sequences of like length
 * together, the batches again in random order. Each index comes once; one batch may be smaller.
 */
export function planEpoch(lengths: readonly number[], { batchSize, seed, epoch }: EpochPlan): number[][] {
  const source = random('batches', seed, epoch)
  const order = shuffled([...lengths.keys()], source)
  const bucketSize = batchSize * BATCHES_PER_BUCKET
  const batches: number[][] = []
  for (let from = 0; from < order.length; from += bucketSize) {
    const bucket = order.slice(from, from + bucketSize)
    bucket.sort((one, other) => (lengths[other] as number) - (lengths[one] as number))
    for (let at = 0; at < bucket.length; at += batchSize) batches.push(bucket.slice(at, at + batchSize))
  }
  return shuffled(batches, source)
}
