import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { random } from '../src/base/random.ts'
import { openEngine } from '../src/engine/open-engine.ts'
import { loadCheckpoint } from '../src/model/load-checkpoint.ts'
import { evaluateCheckpoint } from '../src/train/evaluate/evaluate-checkpoint.ts'
import { type KindScore, modelCard } from './pretrain/model-card.ts'
import { renderTask } from './pretrain/render-task.ts'
import { heldOutKinds } from './tasks/held-out-kinds.ts'
import { pretrainingKinds } from './tasks/pretraining-kinds.ts'
import { sampleDifferent } from './tasks/sample-task.ts'
import type { TaskKind } from './tasks/task-kind.ts'

const { model, examples } = new Command('measure-base-model')
  .description('Measures the base model kind by kind and writes its README.')
  .option('--model <directory>', 'the model', fileURLToPath(new URL('../peers/base-model', import.meta.url)))
  .option('--examples <number>', 'inputs a kind', Number, 32)
  .parse()
  .opts<{ model: string; examples: number }>()

const checkpoint = loadCheckpoint(model)
const executor = await openEngine({ engine: 'onnxruntime', device: 'cpu', threads: 1 })

async function measure(kinds: readonly TaskKind[]): Promise<KindScore[]> {
  const tasks = kinds.flatMap((kind) =>
    sampleDifferent(kind, 'test', examples, random('measure', kind.name)).map((instance) => ({
      kind: kind.name,
      output: instance.output,
      example: renderTask(kind.definitions[0], instance, 'natural'),
    })),
  )
  const rendered = tasks.map(({ example }) => example)
  const { predictions } = await evaluateCheckpoint({
    executor,
    checkpoint,
    examples: rendered,
    options: { maxNewTokens: 32, batchSize: 64 },
  })
  const right = predictions.map(({ prediction }, at) => prediction.trim() === tasks[at]?.output)
  return Promise.all(
    kinds.map(async ({ name }) => {
      const own = tasks.flatMap(({ kind }, at) => (kind === name ? [at] : []))
      const { loss } = await evaluateCheckpoint({
        executor,
        checkpoint,
        examples: own.flatMap((at) => rendered[at] ?? []),
        generate: false,
      })
      return { kind: name, exactMatch: own.filter((at) => right[at]).length / own.length, loss }
    }),
  )
}

const card = modelCard(await measure(pretrainingKinds), await measure(heldOutKinds), examples)
await writeFile(join(model, 'README.md'), card)
process.stdout.write(card)
await executor.close()
