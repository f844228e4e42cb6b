import type { StrategyName } from '../../src/aggregate/strategy.ts'
import type { Federation } from './federation.ts'
import type { CellResult } from './run-cell.ts'
import { type Spread, spread } from './summarise.ts'

type ArmName = readonly [Federation, StrategyName]

/** One arm against another, seed by seed: tasks and sampled peers of a seed are the same in both. */
export interface Comparison {
  readonly one: ArmName
  readonly other: ArmName
  /** Seeds that both have finished. */
  readonly seeds: readonly string[]
  /** The one's figure minus the other's; a smaller loss is better, a larger match is. */
  readonly differences: {
    readonly unseenLoss: Paired
    readonly ownLoss: Paired
    /** Of what each peer keeps. */
    readonly ownPartLoss: Paired
    readonly unseenMatch: Paired
    readonly ownMatch: Paired
  }
}

export interface Paired extends Spread {
  readonly values: readonly number[]
}

/** Compares two arms over the seeds that both have finished; null where there is none. */
export function compare(results: readonly CellResult[], one: ArmName, other: ArmName): Comparison | null {
  const of = ([federation, strategy]: ArmName) =>
    new Map(
      results
        .filter(({ cell }) => cell.federation === federation && cell.strategy === strategy)
        .map((result) => [result.cell.seed, result]),
    )
  const others = of(other)
  const pairs = [...of(one)].flatMap(([seed, result]) => {
    const against = others.get(seed)
    return against === undefined ? [] : [{ seed, result, against }]
  })
  if (pairs.length === 0) return null
  const paired = (figure: (result: CellResult) => number): Paired => {
    const values = pairs.map(({ result, against }) => figure(result) - figure(against))
    return { ...spread(values), values }
  }
  return {
    one,
    other,
    seeds: pairs.map(({ seed }) => seed),
    differences: {
      unseenLoss: paired(({ unseen }) => unseen.loss),
      ownLoss: paired(({ own }) => own.loss),
      ownPartLoss: paired(({ ownPart }) => ownPart.loss),
      unseenMatch: paired(({ unseen }) => unseen.exactMatch),
      ownMatch: paired(({ own }) => own.exactMatch),
    },
  }
}
