import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Executor } from '../src/engine/executor.ts'
import { openEngine } from '../src/engine/open-engine.ts'
import type { Checkpoint } from '../src/model/checkpoint.ts'
import { loadCheckpoint } from '../src/model/load-checkpoint.ts'
import { openTraining } from './bench-train/measure.ts'
import { writeRandomCheckpoint } from './bench-train/random-checkpoint.ts'
import { openRoofline } from './bench-train/roofline.ts'

/**
 * Milliseconds a step and peak memory of LoRA training at SmolLM2-135M's shape: forward, backward and AdamW, rank 8
 * on every linear map, one sequence of 128 tokens. In the same run, the time of its matrix products alone.
 */
const { values: options } = parseArgs({
  options: {
    steps: { type: 'string', default: '20' },
    warmup: { type: 'string', default: '3' },
    length: { type: 'string', default: '128' },
    batch: { type: 'string', default: '1' },
    rank: { type: 'string', default: '8' },
    dropout: { type: 'string', default: '0' },
    /** whole, or layered: a layer at a time, in less memory. */
    graph: { type: 'string', default: 'whole' },
    /** How the random checkpoint is stored: F32 or BF16. */
    dtype: { type: 'string', default: 'F32' },
    /** A model directory to measure instead of the random one. */
    model: { type: 'string' },
    engine: { type: 'string', default: 'auto' },
    device: { type: 'string' },
    threads: { type: 'string' },
  },
})

const steps = Number(options.steps)
const warmup = Number(options.warmup)
const shape = {
  size: Number(options.batch),
  length: Number(options.length),
  rank: Number(options.rank),
  dropout: Number(options.dropout),
  graph: options.graph as 'whole' | 'layered',
}

const say = (line: string) => process.stdout.write(`${line}\n`)
const sorted = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)
const median = (numbers: readonly number[]) => sorted(numbers)[numbers.length >> 1] ?? Number.NaN
const least = (numbers: readonly number[]) => sorted(numbers)[0] ?? Number.NaN
const show = (ms: readonly number[]) => `median ${median(ms).toFixed(0)} ms, least ${least(ms).toFixed(0)} ms`

async function measureSteps(executor: Executor, checkpoint: Checkpoint): Promise<number[]> {
  const openedMs = performance.now()
  const training = await openTraining(executor, checkpoint, shape)
  say(`${executor.name} on ${executor.device}, compiled in ${(performance.now() - openedMs).toFixed(0)} ms`)
  for (let step = 0; step < warmup; step++) await training.step()
  const measured = []
  for (let step = 0; step < steps; step++) measured.push(await training.step())
  const stepMs = measured.map((step) => step.stepMs)
  const updateMs = median(measured.map((step) => step.updateMs))
  say(
    `a step:       ${show(stepMs)} (AdamW ${updateMs.toFixed(0)} ms), last loss ${measured.at(-1)?.loss.toFixed(4)}`,
  )
  say(`peak memory:  ${(process.resourceUsage().maxRSS / 1e6).toFixed(2)} GB`)
  await training.close()
  return stepMs
}

async function measureRoofline(executor: Executor, checkpoint: Checkpoint): Promise<number[]> {
  const roofline = await openRoofline(executor, checkpoint, shape.size * shape.length)
  const runs = []
  for (let run = 0; run < warmup + steps; run++) runs.push(await roofline.run())
  const products = runs.slice(warmup)
  say(`its products: ${show(products)} (${(roofline.flops / median(products) / 1e6).toFixed(0)} GF/s)`)
  await roofline.close()
  return products
}

const temporary = mkdtempSync(join(tmpdir(), 'flexswarm-bench-'))
try {
  if (options.model === undefined) writeRandomCheckpoint(temporary, options.dtype as 'F32' | 'BF16')
  const checkpoint = loadCheckpoint(options.model ?? temporary)
  const executor = await openEngine({
    engine: options.engine as 'auto' | 'onnxruntime' | 'tfjs',
    ...(options.device === undefined ? {} : { device: options.device }),
    ...(options.threads === undefined ? {} : { threads: Number(options.threads) }),
  })
  const stepMs = await measureSteps(executor, checkpoint)
  const productMs = await measureRoofline(executor, checkpoint)
  const ratio = (of: (ms: readonly number[]) => number) => (of(stepMs) / of(productMs)).toFixed(2)
  say(`a step takes ${ratio(median)} times its products (by the least of each: ${ratio(least)})`)
  await executor.close()
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
