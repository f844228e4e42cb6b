import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Executor } from '../../../src/engine/executor.ts'
import { initialCheckpoint } from '../../../src/model/initial-checkpoint.ts'
import { labelledRows } from '../../../src/model/labelled-rows.ts'
import { openEvaluator } from '../../../src/model/open-evaluator.ts'
import { openTrainable } from '../../../src/model/open-trainable.ts'
import { parameterFeeds } from '../../../src/model/parameter-feeds.ts'
import { sequenceFeeds } from '../../../src/model/sequence-feeds.ts'
import { lossChunks, lossFeeds, trainingOutputs } from '../../../src/model/training-graph.ts'
import { EXECUTORS } from './executors.ts'
import { largestDifference, loadReferenceCase } from './reference-case.ts'

describe('the loss in chunks', () => {
  it('keeps small heads whole and halves large ones until they fit 2^25 logits', () => {
    equal(lossChunks(127, 49_152), 1)
    equal(lossChunks(1023, 49_152), 2)
    equal(lossChunks(4096, 49_152), 8)
    equal(lossChunks(3, 1 << 30), 2)
  })

  for (const [engine, open] of Object.entries(EXECUTORS)) {
    describe(`on ${engine}`, function () {
      this.timeout(240_000)
      let executor: Executor
      before(async () => {
        executor = await open()
      })
      after(() => executor.close())

      for (const chunks of [2, 40]) {
        it(`has the same gradients in ${chunks} as whole`, async () => {
          const { checkpoint, lora, batch, initial, gradients, lossBeforeEachStep } =
            loadReferenceCase('llama')
          const shapes = new Map([...initial].map(([name, values]) => [name, shapeOf(name, values, 4)]))
          const outputs = trainingOutputs(checkpoint, { lora, shapes, chunks, trained: new Set() })
          const program = await executor.compile(outputs, checkpoint.weights)
          const { loss, ...answered } = await program.run({
            ...sequenceFeeds(checkpoint.config)(batch),
            ...parameterFeeds(shapes, initial),
            ...lossFeeds(labelledRows(batch), batch.size * batch.length, chunks, 1 / 38),
          })
          await program.dispose()
          ok(Math.abs(Number(loss?.data[0]) - (lossBeforeEachStep[0] as number)) < 1e-5)
          for (const [name, expected] of gradients) {
            ok(largestDifference(answered[name]?.data ?? [], expected) < 1e-6, name)
          }
        })
      }
    })
  }

  it('is taken so, and measured sequence by sequence, where the vocabulary is large', async function () {
    this.timeout(240_000)
    const sizes = { hidden_size: 8, intermediate_size: 8, num_hidden_layers: 1, num_attention_heads: 2 }
    const json = { ...sizes, model_type: 'llama', vocab_size: 600_000, tie_word_embeddings: true }
    const checkpoint = initialCheckpoint({ ...json, initializer_range: 0 }, 1)
    const executor = await EXECUTORS.onnxruntime()
    const lora = new Map([['model.layers.0.mlp.up_proj', { rank: 1, scaling: 1 }]])
    const parameters = new Map([
      ['model.layers.0.mlp.up_proj.lora_A.weight', new Float32Array(8)],
      ['model.layers.0.mlp.up_proj.lora_B.weight', new Float32Array(8)],
    ])
    const ids = new Int32Array(3 * 30).fill(5)
    const batch = {
      size: 3,
      length: 30,
      inputIds: ids,
      labels: ids,
      attentionMask: new Int32Array(90).fill(1),
    }
    // A model of zeros finds every token equally likely.
    const expected = Math.log(600_000)

    const trainable = await openTrainable(executor, checkpoint, { lora })
    const { lossSum, tokens } = await trainable.step(batch, parameters)
    ok(Math.abs(lossSum / tokens - expected) < 1e-4, `${lossSum / tokens}`)
    const { lossSums, tokens: counts } = await openEvaluator(executor, checkpoint, { lora }).loss(
      batch,
      parameters,
    )
    deepEqual([tokens, [...counts]], [87, [29, 29, 29]])
    ok(lossSums.every((sum) => Math.abs(sum / 29 - expected) < 1e-4))
    await executor.close()
  })
})

const shapeOf = (name: string, values: Float32Array, rank: number): number[] =>
  name.endsWith('lora_A.weight') ? [rank, values.length / rank] : [values.length / rank, rank]
