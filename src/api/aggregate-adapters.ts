import type { OpenAdapter } from '../adapter/read-adapter.ts'
import { checkAdapterTarget, writeAdapter } from '../adapter/write-adapter.ts'
import { StrategyRefusedError } from '../aggregate/aggregate-errors.ts'
import type { ModuleReport } from '../aggregate/aggregate-report.ts'
import type { StreamOptions } from '../aggregate/aggregate-stream.ts'
import { energyKept } from '../aggregate/energy-kept.ts'
import type { ModuleOutcome } from '../aggregate/module-job.ts'
import { type StrategyName, strategyOf } from '../aggregate/strategy.ts'
import { type AdapterConfig, type Factors, loraScaling } from '../base/adapter.ts'
import { FlexswarmError } from '../base/flexswarm-error.ts'
import { contributionWeights } from '../round/weights/contribution-weights.ts'
import { type Losses, type WeightRule, wantsLosses } from '../round/weights/weight-rule.ts'
import { openAdapters } from './adapter-contributions.ts'
import { aggregateModules } from './aggregate-modules.ts'
import { baseDirectory, readGlobal, writeBaseAdapter } from './base-adapter.ts'
import { checkAggregateOptions } from './check-aggregate-options.ts'

/** Numbers of samples that do not belong to the given adapters. */
export class SampleCountError extends FlexswarmError<
  'AGGREGATE_SAMPLES',
  { adapters: number; samples: number }
> {
  constructor(adapters: number, samples: number, what = 'numbers of samples') {
    super(
      'AGGREGATE_SAMPLES',
      `${adapters} adapters, but ${samples} ${what}.`,
      'Give one for each adapter, in the same order.',
      { adapters, samples },
    )
  }
}

export interface AggregateAdaptersOptions {
  /** `peft` directories. */
  readonly adapters: readonly string[]
  /** How many examples each was trained on. Default: all alike. */
  readonly samples?: readonly number[]
  /** How much each counts (`weights` of a charter). Default: by samples. */
  readonly weights?: WeightRule
  /** What each peer measured before and after its training, for weights that follow from it. */
  readonly losses?: readonly Losses[]
  /** Default `flexlora`. */
  readonly strategy?: StrategyName
  /** Rank of the result. */
  readonly rank: number
  /** Alpha of the result. */
  readonly alpha: number
  /** α/√r instead of α/r in the result. Default false. */
  readonly rsLora?: boolean
  /** Of the directions that the mean leaves free. Default `'flexswarm'`. */
  readonly seed?: string
  /** The global adapter of the round before, for strategies that read it. */
  readonly previous?: string
  /** What was added to the base in the rounds before, for strategies that add to it (`AggregatedAdapter.base`). */
  readonly previousBase?: string
  /** Makes a report of what each module is made of. Default false. */
  readonly report?: boolean
  /** Where the aggregated `peft` adapter goes. */
  readonly out: string
}

export interface AggregatedModule {
  readonly module: string
  /** Share of the mean's energy ‖ΔW‖²_F that the result keeps, 0 to 1. */
  readonly energyKept: number
  /** ‖ΔW‖_F of the mean. */
  readonly norm: number
  readonly singularValues: readonly number[]
}

export interface AggregatedAdapter {
  readonly out: string
  /** A `peft` adapter to merge into the base before `out` is loaded, for strategies that add to the base; else null. */
  readonly base: string | null
  readonly rank: number
  readonly weights: readonly number[]
  readonly modules: readonly AggregatedModule[]
  /** Over all modules. */
  readonly energyKept: number
  /** Null where none was asked for. */
  readonly report: readonly ModuleReport[] | null
}

/**
 * Averages `peft` adapters exactly as a round does (ΔW = Σ wᵢ sᵢ BᵢAᵢ, redistributed by SVD; FlexLoRA,
 * arXiv 2402.11505) and writes the result as a `peft` directory.
 *
 * @throws {SampleCountError}, {AggregateOptionError}, `StrategyRefusedError`, the errors of reading an adapter, and `ContributionMismatchError` where the adapters
 * are not of one model
 */
export async function aggregateAdapters(options: AggregateAdaptersOptions): Promise<AggregatedAdapter> {
  const { adapters: directories, out } = options
  const samples = options.samples ?? directories.map(() => 1)
  if (samples.length !== directories.length) throw new SampleCountError(directories.length, samples.length)
  checkAggregateOptions(options)
  checkAdapterTarget(out)
  checkAdapterTarget(baseDirectory(out))
  const weights = weightsOf(samples, options)
  const opened = openAdapters(directories)
  try {
    const contributions = opened.contributions(weights)
    const outcomes = await aggregateModules(contributions, aggregateOptions(options), opened.bytes)
    return { ...write(outcomes, opened.adapters[0] as OpenAdapter, options), weights }
  } finally {
    opened.close()
  }
}

/** Writes what came out, and says of it what the caller is told. */
function write(
  outcomes: readonly ModuleOutcome[],
  first: OpenAdapter,
  options: AggregateAdaptersOptions,
): Omit<AggregatedAdapter, 'weights'> {
  const { rank, out } = options
  const factors = new Map(outcomes.map(({ module, aggregate }) => [module, aggregate.factors]))
  const config = resultConfig(first, factors, options)
  writeAdapter(out, { config, factors })
  const modules = outcomes.map(({ module, aggregate }) => ({
    module,
    energyKept: energyKept(aggregate, rank),
    norm: Math.sqrt(aggregate.energy),
    singularValues: [...aggregate.singularValues],
  }))
  const base = writeBaseAdapter(out, config, new Map(outcomes.flatMap(({ carried }) => [...carried])))
  const report = options.report ? outcomes.flatMap(({ report: one }) => one ?? []) : null
  return { out, base, rank, modules, energyKept: overall(modules), report }
}

function weightsOf(
  samples: readonly number[],
  { weights, losses, strategy = 'flexlora' }: AggregateAdaptersOptions,
): readonly number[] {
  if (wantsLosses(weights) && losses?.length !== samples.length)
    throw new SampleCountError(samples.length, losses?.length ?? 0, 'pairs of losses')
  if (weights !== undefined && weights.rule !== 'samples' && strategyOf(strategy).weighsItself === true)
    throw new StrategyRefusedError(strategy, `it has weights of its own, not ${weights.rule}`)
  return contributionWeights(
    samples.map((count, at) => ({ samples: count, losses: losses?.[at] })),
    weights,
  )
}

function aggregateOptions(options: AggregateAdaptersOptions): StreamOptions {
  const { strategy = 'flexlora', rank, alpha, rsLora = false, seed = 'flexswarm' } = options
  const { previous, previousBase } = options
  return {
    strategy,
    rank,
    seed,
    scalingOf: (at) => loraScaling(alpha, at, rsLora),
    ...(previous === undefined ? {} : { previous: readGlobal(previous, previousBase) }),
    ...(options.report ? { ladder: ladderUpTo(rank) } : {}),
  }
}

/** The ranks that adapters have: 1, 2, 4, … and the result's own. */
const ladderUpTo = (rank: number): number[] => [
  ...new Set([...Array.from({ length: Math.floor(Math.log2(rank)) + 1 }, (_, i) => 2 ** i), rank]),
]

/** The first adapter's configuration with the result's ranks and alpha: base model and targets are the same. */
function resultConfig(
  { config }: Pick<OpenAdapter, 'config'>,
  factors: Factors,
  { rank, alpha, rsLora = false }: AggregateAdaptersOptions,
): AdapterConfig {
  const smaller = [...factors].filter(([, module]) => module.rank !== rank)
  const rankPattern = Object.fromEntries(smaller.map(([name, module]) => [name, module.rank]))
  return { ...config, rank, alpha, rsLora, rankPattern, alphaPattern: {} }
}

function overall(modules: readonly AggregatedModule[]): number {
  const total = modules.reduce((sum, { norm }) => sum + norm * norm, 0)
  const kept = modules.reduce((sum, { norm, energyKept: share }) => sum + share * norm * norm, 0)
  return total === 0 ? 1 : kept / total
}
