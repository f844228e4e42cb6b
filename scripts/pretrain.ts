import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { runPretraining } from './pretrain/run-pretraining.ts'

const inProject = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const SAY_EVERY = 25

const say = (line: string) => process.stdout.write(`${line}\n`)

const options = new Command('pretrain')
  .description('Trains the base model of the demo from nothing, with this project’s own engine.')
  .option('--steps <number>', 'optimiser steps of 32 examples', Number, 10_000)
  .option('--out <directory>', 'where the model is written', inProject('peers/base-model'))
  .option('--seed <number>', 'of weights and data', Number, 1)
  .option('--workers <number>', 'engines of one thread each that share the work', Number, 3)
  .option('--state <file>', 'where an unfinished training is kept', inProject('runs/pretraining.safetensors'))
  .option('--resume', 'go on from that state', false)
  .parse()
  .opts<{ steps: number; out: string; seed: number; workers: number; state: string; resume: boolean }>()

if (!options.resume) await rm(options.state, { force: true })
let lossSum = 0
await runPretraining({
  directory: options.out,
  steps: options.steps,
  seed: options.seed,
  workers: options.workers,
  stateFile: options.state,
  say,
  onStep: (step, { loss, learningRate, msPerStep }) => {
    lossSum += loss
    if (step % SAY_EVERY !== 0) return
    const minutesLeft = ((options.steps - step) * msPerStep) / 60_000
    say(
      `step ${step}/${options.steps} loss ${(lossSum / SAY_EVERY).toFixed(4)} ` +
        `rate ${learningRate.toExponential(1)} ${msPerStep.toFixed(0)} ms/step, ${minutesLeft.toFixed(0)} min left`,
    )
    lossSum = 0
  },
})
