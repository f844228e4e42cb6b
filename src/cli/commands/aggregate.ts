import { Command, Option } from 'commander'
import type { AggregatedAdapter } from '../../api/aggregate-adapters.ts'
import type { AggregateReport } from '../../api/report/aggregate-report.ts'
import { type StrategyName, strategies } from '../../api/strategies.ts'
import type { Losses, WeightRule } from '../../api/weight-rules.ts'
import { FlexswarmError } from '../../base/flexswarm-error.ts'
import { drawTable } from '../demo/draw-table.ts'
import { positiveInteger, positiveNumber, positiveNumbers } from '../parse-option.ts'
import { losses, weightRule } from '../parse-weights.ts'
import { showAggregateReport } from '../report/show-aggregate-report.ts'
import { type CommandBody, runCommand } from '../run-command.ts'
import type { Terminal } from '../terminal.ts'
import { withJson } from './session-flags.ts'

/** Adapters can be averaged only where it is said how. */
class MissingOptionError extends FlexswarmError<'AGGREGATE_OPTION_MISSING', { option: string }> {
  constructor(option: string) {
    super(
      'AGGREGATE_OPTION_MISSING',
      `${option} is not given.`,
      'Averaging wants --rank, --alpha and --out; only the report that a peer kept does without: flexswarm aggregate <peer directory> --report.',
      { option },
    )
  }
}

interface AggregateFlags {
  readonly samples?: number[]
  readonly strategy: StrategyName
  readonly weights?: WeightRule
  readonly losses?: Losses[]
  readonly rank?: number
  readonly alpha?: number
  readonly report?: boolean
  readonly round?: number
  readonly rslora?: boolean
  readonly previous?: string
  readonly previousBase?: string
  readonly seed: string
  readonly out?: string
  readonly json?: boolean
}

/** `flexswarm aggregate`: what a round's aggregator does, on adapters from disk. */
export function aggregateCommand(): Command {
  return withJson(new Command('aggregate'))
    .description('average peft adapters of any ranks exactly as a round does; the result is a peft adapter')
    .argument('<dir...>', 'peft adapters; with --report also one directory of a peer')
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
    .option('--rank <r>', 'rank of the result', positiveInteger)
    .option('--alpha <a>', 'alpha of the result', positiveNumber)
    .option(
      '--report',
      'say what the aggregate is made of: energy kept by rank, norms and cosines of the contributions; of a peer’s directory, what it kept of the round it aggregated. report.json and report.svg go to <out>-report',
    )
    .option(
      '--round <k>',
      'which round of a peer’s directory (default: the newest it aggregated)',
      positiveInteger,
    )
    .option('--rslora', 'scale the result by alpha/√rank instead of alpha/rank')
    .option('--previous <dir>', 'the global adapter of the round before, for strategies that read it')
    .option('--previous-base <dir>', 'what the rounds before added to the base (fedex-lora)')
    .option('--seed <text>', 'of the directions that the mean leaves free', 'flexswarm')
    .option('--out <dir>', 'where the aggregated peft adapter goes')
    .action((adapters: string[], flags: AggregateFlags) => runCommand(aggregate, { ...flags, adapters }))
}

type Flags = AggregateFlags & { readonly adapters: string[] }

const aggregate: CommandBody<Flags> = async (flags, terminal) => {
  const kept = flags.report ? await keptBy(flags) : null
  if (kept === null) return aggregateFrom(flags, terminal)
  await showAggregateReport(kept, flags.out, terminal)
  terminal.result(kept)
}

/** What a peer kept, where its directory is all that was given. */
async function keptBy({ adapters, round }: Flags): Promise<AggregateReport | null> {
  const { isPeerDirectory, keptReport } = await import('../../api/report/kept-report.ts')
  const [directory = ''] = adapters
  return adapters.length === 1 && isPeerDirectory(directory) ? keptReport(directory, round) : null
}

async function aggregateFrom(flags: Flags, terminal: Terminal): Promise<void> {
  const { rslora = false, rank, alpha, out, ...rest } = flags
  if (rank === undefined) throw new MissingOptionError('--rank')
  if (alpha === undefined) throw new MissingOptionError('--alpha')
  if (out === undefined) throw new MissingOptionError('--out')
  const { aggregateAdapters } = await import('../../api/aggregate-adapters.ts')
  const result = await aggregateAdapters({ ...rest, rank, alpha, out, rsLora: rslora })
  if (result.report === null) for (const line of describeModules(result)) terminal.line(line)
  else {
    const title = `Aggregate of ${flags.adapters.length} adapters`
    await showAggregateReport({ title, modules: result.report }, out, terminal)
  }
  terminal.line(`adapter: ${result.out}`)
  if (result.base !== null) terminal.line(`merge into the base first: ${result.base}`)
  terminal.result(result)
}

function describeModules({ modules, energyKept: overall, rank }: AggregatedAdapter): string[] {
  const rows = modules.map(({ module, norm, energyKept }) => [
    module,
    norm.toPrecision(4),
    `${(100 * energyKept).toFixed(2)} %`,
  ])
  const columns = [
    { title: 'module', align: 'left' },
    { title: '‖ΔW‖', align: 'right' },
    { title: 'energy kept', align: 'right' },
  ] as const
  const all = `all modules: ${(100 * overall).toFixed(2)} % of the energy at rank ${rank}`
  return [...drawTable(columns, rows), all]
}
