import { random } from '../../src/base/random.ts'
import type { Executor } from '../../src/engine/executor.ts'
import type { Checkpoint } from '../../src/model/checkpoint.ts'
import { openTrainable } from '../../src/model/open-trainable.ts'
import { resolveTargets } from '../../src/model/resolve-targets.ts'
import { AdamW } from '../../src/train/optimizer/adamw.ts'

export interface TrainingShape {
  readonly size: number
  readonly length: number
  readonly rank: number
  readonly dropout: number
  readonly graph: 'whole' | 'layered'
}

export interface TrainingBench {
  /** Milliseconds of one step: forward, backward and AdamW. */
  step(): Promise<{ stepMs: number; updateMs: number; loss: number }>
  close(): Promise<void>
}

/** LoRA on every linear map, one batch of random tokens again and again. */
export async function openTraining(
  executor: Executor,
  checkpoint: Checkpoint,
  { size, length, rank, dropout, graph }: TrainingShape,
): Promise<TrainingBench> {
  const targets = resolveTargets(checkpoint.config, 'all-linear')
  const lora = new Map(targets.map(({ name }) => [name, { rank, scaling: 2 }]))
  const trainable = await openTrainable(executor, checkpoint, { lora, dropout, graph })
  const source = random('bench-train')
  const parameters = new Map(
    [...trainable.parameters].map(([name, shape]) => {
      const values = new Float32Array(shape.reduce((a, b) => a * b, 1))
      return [name, name.includes('lora_A') ? values.map(() => 0.05 * source.normal()) : values]
    }),
  )
  const inputIds = Int32Array.from({ length: size * length }, () =>
    source.integer(checkpoint.config.vocabSize),
  )
  const attentionMask = new Int32Array(size * length).fill(1)
  const batch = { size, length, inputIds, attentionMask, labels: inputIds }
  const optimizer = new AdamW()
  let seed = 0
  return {
    async step() {
      const startMs = performance.now()
      const { gradients, lossSum, tokens } = await trainable.step(batch, parameters, { seed: seed++ })
      const computedMs = performance.now()
      optimizer.step(parameters, gradients, 1e-3)
      const endMs = performance.now()
      return { stepMs: endMs - startMs, updateMs: endMs - computedMs, loss: lossSum / tokens }
    },
    close: () => trainable.close(),
  }
}
