import { deepEqual, ok } from 'node:assert/strict'
import type { Executor } from '../../../src/engine/executor.ts'
import { openTrainable } from '../../../src/model/open-trainable.ts'
import type { Trainable } from '../../../src/model/trainable.ts'
import { EXECUTORS } from './executors.ts'
import { loadReferenceCase } from './reference-case.ts'

for (const [engine, open] of Object.entries(EXECUTORS)) {
  describe(`LoRA dropout on ${engine}`, function () {
    this.timeout(400_000)
    const { checkpoint, lora, batch, initial, lossBeforeEachStep } = loadReferenceCase('llama')
    const [plainLoss = 0] = lossBeforeEachStep
    let executor: Executor
    let trainable: Trainable
    before(async () => {
      executor = await open()
      trainable = await openTrainable(executor, checkpoint, { lora, dropout: 0.25 })
    })
    after(() => executor.close())
    const step = (seed: number) => trainable.step(batch, initial, { seed })

    it('gives the same gradients for the same seed, and others for another', async () => {
      const [first, again, other] = [await step(7), await step(7), await step(8)]
      deepEqual(first, again)
      ok(first.lossSum !== other.lossSum)
    })

    it('moves the loss around what it is without', async () => {
      let total = 0
      for (let seed = 0; seed < 20; seed++) {
        const { lossSum, tokens } = await step(seed)
        ok(lossSum / tokens !== plainLoss)
        total += lossSum / tokens / 20
      }
      ok(Math.abs(total - plainLoss) < 0.02, `mean ${total}, without dropout ${plainLoss}`)
    })
  })
}
