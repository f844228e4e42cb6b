import { Command, Option } from 'commander'
import { type StrategyName, strategies } from '../../api/strategies.ts'
import type { Losses, WeightRule } from '../../api/weight-rules.ts'
import { drawTable } from '../demo/draw-table.ts'
import { positiveInteger, positiveNumber, positiveNumbers } from '../parse-option.ts'
import { losses, weightRule } from '../parse-weights.ts'
import { type CommandBody, runCommand } from '../run-command.ts'
import { withJson } from './session-flags.ts'

interface AggregateFlags {
  readonly samples?: number[]
  readonly strategy: StrategyName
  readonly weights?: WeightRule
  readonly losses?: Losses[]
  readonly rank: number
  readonly alpha: number
  readonly rslora?: boolean
  readonly previous?: string
  readonly previousBase?: string
  readonly seed: string
  readonly out: string
  readonly json?: boolean
}

/** `flexswarm aggregate`: what a round's aggregator does, on adapters from disk. */
export function aggregateCommand(): Command {
  return withJson(new Command('aggregate'))
    .description('average peft adapters of any ranks exactly as a round does; the result is a peft adapter')
    .argument('<dir...>', 'peft adapters')
    .option(
      '--samples <n,n,...>',
      'how many examples each was trained on (default: all alike)',
      positiveNumbers,
    )
    .addOption(
      new Option('--strategy <name>', 'how factors are averaged').choices(strategies).default('flexlora'),
    )
    .option(
      '--weights <rule>',
      'samples, uniform, lorar:<least>:<most> (by the share of its loss that a peer took off), or fair:<reach> (the largest losses count most) (default: samples)',
      weightRule,
    )
    .option(
      '--losses <before:after,...>',
      'loss of each peer before and after training, for --weights',
      losses,
    )
    .requiredOption('--rank <r>', 'rank of the result', positiveInteger)
    .requiredOption('--alpha <a>', 'alpha of the result', positiveNumber)
    .option('--rslora', 'scale the result by alpha/√rank instead of alpha/rank')
    .option('--previous <dir>', 'the global adapter of the round before, for strategies that read it')
    .option('--previous-base <dir>', 'what the rounds before added to the base (fedex-lora)')
    .option('--seed <text>', 'of the directions that the mean leaves free', 'flexswarm')
    .requiredOption('--out <dir>', 'where the aggregated peft adapter goes')
    .action((adapters: string[], flags: AggregateFlags) => runCommand(aggregate, { ...flags, adapters }))
}

const aggregate: CommandBody<AggregateFlags & { readonly adapters: string[] }> = async (flags, terminal) => {
  const { rslora = false, ...rest } = flags
  const { aggregateAdapters } = await import('../../api/aggregate-adapters.ts')
  const result = await aggregateAdapters({ ...rest, rsLora: rslora })
  const rows = result.modules.map(({ module, norm, energyKept }) => [
    module,
    norm.toPrecision(4),
    `${(100 * energyKept).toFixed(2)} %`,
  ])
  const columns = [
    { title: 'module', align: 'left' },
    { title: '‖ΔW‖', align: 'right' },
    { title: 'energy kept', align: 'right' },
  ] as const
  for (const line of drawTable(columns, rows)) terminal.line(line)
  terminal.line(`all modules: ${(100 * result.energyKept).toFixed(2)} % of the energy at rank ${result.rank}`)
  terminal.line(`adapter: ${result.out}`)
  if (result.base !== null) terminal.line(`merge into the base first: ${result.base}`)
  terminal.result(result)
}
