import { equal, ok } from 'node:assert/strict'
import type { Executor } from '../../../src/engine/executor.ts'
import { initialCheckpoint } from '../../../src/model/initial-checkpoint.ts'
import { openTrainable } from '../../../src/model/open-trainable.ts'
import { EXECUTORS } from './executors.ts'
import { largestDifference, loadReferenceCase } from './reference-case.ts'

for (const [engine, open] of Object.entries(EXECUTORS)) {
  describe(`a graph of one layer for all, on ${engine}`, function () {
    this.timeout(240_000)
    let executor: Executor
    before(async () => {
      executor = await open()
    })
    after(() => executor.close())

    for (const name of ['gpt2', 'llama', 'llama-tied-bf16', 'qwen2']) {
      it(`has the loss and the gradients of torch: ${name}`, async () => {
        const { checkpoint, lora, batch, initial, gradients, lossBeforeEachStep } = loadReferenceCase(name)
        const trainable = await openTrainable(executor, checkpoint, { lora, graph: 'layered' })
        const step = await trainable.step(batch, initial)
        await trainable.close()
        ok(Math.abs(step.lossSum / step.tokens - (lossBeforeEachStep[0] as number)) < 1e-5)
        equal(step.gradients.size, gradients.size)
        for (const [parameter, expected] of gradients) {
          ok(largestDifference(step.gradients.get(parameter) ?? [], expected) < 1e-6, parameter)
        }
      })
    }

    it('differs where layers do: windows, ranks, and factors of the head', async () => {
      const sizes = { hidden_size: 8, intermediate_size: 12, num_hidden_layers: 4, num_attention_heads: 2 }
      const windows = { use_sliding_window: true, sliding_window: 3, max_window_layers: 2 }
      const json = { ...sizes, ...windows, model_type: 'qwen2', vocab_size: 40, num_key_value_heads: 1 }
      const checkpoint = initialCheckpoint(json, 3)
      const lora = new Map([
        ['model.layers.0.self_attn.q_proj', { rank: 2, scaling: 1 }],
        ['model.layers.1.self_attn.q_proj', { rank: 3, scaling: 0.5 }],
        ['model.layers.3.mlp.down_proj', { rank: 2, scaling: 2 }],
        ['lm_head', { rank: 2, scaling: 1 }],
      ])
      const ids = Int32Array.from({ length: 14 }, (_, at) => (at * 7) % 40)
      const batch = {
        size: 2,
        length: 7,
        inputIds: ids,
        labels: ids,
        attentionMask: new Int32Array(14).fill(1),
      }
      const answers = []
      for (const graph of ['whole', 'layered'] as const) {
        const trainable = await openTrainable(executor, checkpoint, { lora, graph })
        const shapes = [...trainable.parameters]
        const parameters = new Map(
          shapes.map(([name, [rows = 1, columns = 1]]) => [
            name,
            Float32Array.from({ length: rows * columns }, (_, at) => Math.sin(at + 1)),
          ]),
        )
        answers.push(await trainable.step(batch, parameters))
        await trainable.close()
      }
      const [whole, layered] = answers
      ok(Math.abs((whole?.lossSum ?? 0) - (layered?.lossSum ?? 1)) < 1e-4)
      equal(layered?.gradients.size, 8)
      for (const [name, expected] of whole?.gradients ?? []) {
        ok(largestDifference(layered?.gradients.get(name) ?? [], expected) < 1e-5, name)
      }
    })

    it('drops other inputs in every layer, and the same ones for the same seed', async () => {
      const { checkpoint, lora, batch, initial } = loadReferenceCase('llama')
      const trainable = await openTrainable(executor, checkpoint, { lora, dropout: 0.5, graph: 'layered' })
      const lossOf = async (seed: number) => (await trainable.step(batch, initial, { seed })).lossSum
      const [first, again, other] = [await lossOf(1), await lossOf(1), await lossOf(2)]
      await trainable.close()
      equal(first, again)
      ok(first !== other)
    })
  })
}
