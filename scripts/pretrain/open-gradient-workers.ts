import { openEngine } from '../../src/engine/open-engine.ts'
import type { Checkpoint } from '../../src/model/checkpoint.ts'
import { openTrainable } from '../../src/model/open-trainable.ts'
import type { GradientsOf } from '../../src/train/loop/accumulate-gradients.ts'
import { splitBatch } from './split-batch.ts'

export interface GradientWorkers {
  readonly gradientsOf: GradientsOf
  close(): Promise<void>
}

/**
 * Several engines of one thread each that share every batch. For small models that is quicker than one engine
 * of several threads, which would wait for each other at every operation. The sum is always made in the same order.
 */
export async function openGradientWorkers(checkpoint: Checkpoint, count: number): Promise<GradientWorkers> {
  const workers = await Promise.all(
    Array.from({ length: count }, async () => {
      const engine = await openEngine({ engine: 'onnxruntime', device: 'cpu', threads: 1 })
      return { engine, trainable: await openTrainable(engine, checkpoint, { trainable: 'all' }) }
    }),
  )
  return {
    gradientsOf: async (batch, parameters, options) => {
      const parts = splitBatch(batch, workers.length)
      const passes = parts.flatMap((part, at) => workers[at]?.trainable.step(part, parameters, options) ?? [])
      return (await Promise.all<Pass>(passes)).reduce(addUp)
    },
    close: async () => {
      for (const { engine } of workers) await engine.close()
    },
  }
}

type Pass = Awaited<ReturnType<GradientsOf>>

function addUp(sum: Pass, more: Pass): Pass {
  for (const [name, total] of sum.gradients) {
    const added = more.gradients.get(name) ?? new Float32Array(total.length)
    for (let at = 0; at < total.length; at++) total[at] = (total[at] as number) + (added[at] as number)
  }
  return { gradients: sum.gradients, lossSum: sum.lossSum + more.lossSum }
}
