import { ok } from 'node:assert/strict'
import type { Executor } from '../../../src/engine/executor.ts'
import { initialCheckpoint, readWeights } from '../../../src/model/initial-checkpoint.ts'
import { openEvaluator } from '../../../src/model/open-evaluator.ts'
import { EXECUTORS } from './executors.ts'
import { largestDifference } from './reference-case.ts'

const GPT2 = {
  model_type: 'gpt2',
  vocab_size: 30,
  n_embd: 16,
  n_layer: 3,
  n_head: 2,
  n_positions: 16,
  initializer_range: 0.5,
}
const HEAD_DIM = 8
const ids = Int32Array.from({ length: 12 }, (_, at) => (at * 7) % 30)
const sequences = { size: 1, length: 12, inputIds: ids, attentionMask: new Int32Array(12).fill(1) }

/** The weights with the queries of each layer multiplied: scores are linear in them. */
function withScaledQueries(weights: Map<string, Float32Array>, scale: (layer: number) => number) {
  return new Map(
    [...weights].map(([name, values]) => {
      const layer = /h\.(\d+)\.attn\.c_attn/.exec(name)?.[1]
      // c_attn is [in, 3 · hidden] (its bias [3 · hidden]): queries are the first third of each row.
      const isQuery = (at: number) => at % (3 * GPT2.n_embd) < GPT2.n_embd
      if (layer === undefined) return [name, values]
      return [name, values.map((value, at) => (isQuery(at) ? value * scale(Number(layer)) : value))]
    }),
  )
}

for (const [engine, open] of Object.entries(EXECUTORS)) {
  describe(`gpt2’s attention scores on ${engine}`, () => {
    let executor: Executor
    before(async () => {
      executor = await open()
    })
    after(() => executor.close())

    const logits = async (json: object, weights: Map<string, Float32Array>) => {
      const evaluator = openEvaluator(executor, initialCheckpoint(json, 'scale'), { trainable: 'all' })
      const computed = await evaluator.logits(sequences, weights)
      await evaluator.close()
      return computed
    }
    const weights = readWeights(initialCheckpoint(GPT2, 'scale'))

    it('are not divided by √headDim where scale_attn_weights is false', async () => {
      const actual = await logits({ ...GPT2, scale_attn_weights: false }, weights)
      const scaled = withScaledQueries(weights, () => Math.sqrt(HEAD_DIM))
      ok(largestDifference(actual, await logits(GPT2, scaled)) < 1e-4)
      ok(largestDifference(actual, await logits(GPT2, weights)) > 1e-2)
    })

    it('are divided by the number of the layer where scale_attn_by_inverse_layer_idx says so', async () => {
      const actual = await logits({ ...GPT2, scale_attn_by_inverse_layer_idx: true }, weights)
      const scaled = withScaledQueries(weights, (layer) => 1 / (layer + 1))
      ok(largestDifference(actual, await logits(GPT2, scaled)) < 1e-4)
      ok(largestDifference(actual, await logits(GPT2, weights)) > 1e-2)
    })
  })
}
