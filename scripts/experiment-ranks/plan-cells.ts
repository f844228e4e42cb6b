import { STRATEGY_NAMES, type StrategyName } from '../../src/aggregate/strategy.ts'
import { DISTRIBUTIONS, type Federation } from './federation.ts'

/** One federation's whole life: 30 rounds under one strategy, from one seed. */
export interface Cell {
  readonly seed: string
  readonly federation: Federation
  readonly strategy: StrategyName
}

export const cellName = ({ seed, federation, strategy }: Cell): string => `${seed}.${federation}.${strategy}`

/** Strategies that take peers of different ranks. Those that this version does not have are left out. */
export const MIXED_STRATEGIES = known(['flexlora', 'flexlora-residual', 'raflora', 'hetlora', 'flora'])
/** Strategies of the federations of one rank. `fedit` at the lowest rank is what the paper compares with. */
export const ONE_RANK_STRATEGIES = known(['flexlora', 'fedit'])

function known(names: readonly string[]): readonly StrategyName[] {
  return STRATEGY_NAMES.filter((name) => names.includes(name)).sort(
    (one, other) => names.indexOf(one) - names.indexOf(other),
  )
}

/** All cells, those that decide first: every seed of them before the next. */
export function planCells(seeds: readonly string[]): Cell[] {
  return armsInOrder().flatMap((arm) => seeds.map((seed) => ({ seed, ...arm })))
}

/** The cells that decide the paper's claim alone. */
export const decisiveCells = (seeds: readonly string[]): Cell[] =>
  planCells(seeds).filter((cell) => phase(cell) === 0)

type Arm = Omit<Cell, 'seed'>

function armsInOrder(): Arm[] {
  const mixed = DISTRIBUTIONS.flatMap((federation) =>
    MIXED_STRATEGIES.map((strategy) => ({ federation, strategy }) as const),
  )
  const oneRank = (['lowest', 'highest'] as const).flatMap((federation) =>
    ONE_RANK_STRATEGIES.map((strategy) => ({ federation, strategy }) as const),
  )
  return [...mixed, ...oneRank]
    .map((arm, at) => ({ arm, at }))
    .sort((one, other) => phase(one.arm) - phase(other.arm) || one.at - other.at)
    .map(({ arm }) => arm)
}

/** What decides the paper's claim and the default strategy comes first, then every strategy under one distribution. */
function phase({ federation, strategy }: Arm): number {
  const decisive = strategy === 'flexlora' || strategy === 'flexlora-residual'
  if (federation === 'lowest') return strategy === 'fedit' ? 0 : 2
  if (federation === 'highest') return strategy === 'fedit' ? 2 : 4
  if (federation === 'heavy-tail-strong') return decisive ? 0 : 2
  if (decisive) return federation === 'normal' ? 3 : 1
  return federation === 'heavy-tail-light' ? 3 : 4
}
