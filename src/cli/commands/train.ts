import { Command, Option } from 'commander'
import { fraction, positiveInteger, positiveNumber, targetModules, wholeNumber } from '../parse-option.ts'
import { runCommand } from '../run-command.ts'
import { stepLine } from '../step-line.ts'
import { type SessionFlags, withSessionFlags } from './session-flags.ts'

interface TrainFlags extends SessionFlags {
  readonly data: string[]
  readonly out: string
  readonly rank?: number
  readonly memory?: string
  readonly graph?: 'whole' | 'layered'
  readonly alpha: number
  readonly rslora?: boolean
  readonly dropout: number
  readonly targets: string[] | 'all-linear'
  readonly steps?: number
  readonly epochs?: number
  readonly batchSize: number
  readonly microBatchSize?: number
  readonly learningRate: number
  readonly schedule: 'constant' | 'linear' | 'cosine'
  readonly warmupSteps: number
  readonly weightDecay: number
  readonly clipNorm: number
  readonly maxLength?: number
  readonly validationShare: number
  readonly seed: number
  readonly skipBadLines?: boolean
}

/** `flexswarm train`: one peer alone. */
export function trainCommand(): Command {
  return withSessionFlags(new Command('train'))
    .description('train a LoRA adapter on this machine alone; it becomes a peft directory')
    .requiredOption(
      '--data <path...>',
      'examples: JSONL, JSON, Natural Instructions tasks or text; files or folders',
    )
    .requiredOption('--out <dir>', 'where the peft adapter goes')
    .option('--rank <r>', 'LoRA rank; without it the largest that memory holds', positiveInteger)
    .option('--memory <size>', 'memory that training may take, such as 8GB')
    .addOption(
      new Option(
        '--graph <how>',
        'the whole model at once, or a layer at a time (default: what fits)',
      ).choices(['whole', 'layered']),
    )
    .option('--alpha <a>', 'LoRA alpha', positiveNumber, 32)
    .option('--rslora', 'scale by alpha/√rank instead of alpha/rank')
    .option('--dropout <share>', 'LoRA dropout', fraction, 0)
    .option('--targets <modules>', 'modules to adapt, by commas, or all-linear', targetModules, 'all-linear')
    .option('--steps <n>', 'optimiser steps', positiveInteger)
    .option('--epochs <n>', 'passes over the data, where --steps is not given (default: 1)', positiveNumber)
    .option('--batch-size <n>', 'examples a step', positiveInteger, 16)
    .option('--micro-batch-size <n>', 'examples at once (default: the batch size)', positiveInteger)
    .option('--learning-rate <x>', 'of AdamW', positiveNumber, 1e-3)
    .addOption(
      new Option('--schedule <name>', 'of the learning rate')
        .choices(['constant', 'linear', 'cosine'])
        .default('cosine'),
    )
    .option('--warmup-steps <n>', 'of the learning rate', wholeNumber, 0)
    .option('--weight-decay <x>', 'of AdamW', fraction, 0.01)
    .option('--clip-norm <x>', "largest norm of a step's gradient", positiveNumber, 1)
    .option('--max-length <n>', 'longest example in tokens (default: 512)', positiveInteger)
    .option('--validation-share <x>', 'share of the examples kept out to measure', fraction, 0.1)
    .option('--seed <n>', 'of everything that is drawn', wholeNumber, 0)
    .option('--skip-bad-lines', 'leave bad lines of the data out and count them')
    .action((flags: TrainFlags) => runCommand(train, flags))
}

const train: Parameters<typeof runCommand<TrainFlags>>[0] = async (flags, terminal, signal) => {
  const { targets, rslora = false, ...rest } = flags
  const { trainAdapter } = await import('../../api/train-adapter.ts')
  const result = await trainAdapter({
    ...rest,
    targetModules: targets,
    rsLora: rslora,
    signal,
    onRank: (rank, reasons) => terminal.note(reasons.join('\n') || `rank ${rank}`),
    onStep: (step) => terminal.note(stepLine(step)),
  })
  const { validation } = result
  terminal.line(
    `rank ${result.rank}, ${result.steps} steps on ${result.samples} examples: loss ${result.firstLoss.toFixed(4)} → ${result.lastLoss.toFixed(4)}`,
  )
  if (validation !== null)
    terminal.line(
      `validation loss on ${validation.examples} examples: ${validation.lossBefore.toFixed(4)} → ${validation.lossAfter.toFixed(4)}`,
    )
  if (result.badLines > 0) terminal.line(`${result.badLines} bad lines were left out`)
  terminal.line(`adapter: ${result.out}`)
  terminal.result(result)
}
