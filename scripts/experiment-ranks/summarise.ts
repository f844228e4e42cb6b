import type { StrategyName } from '../../src/aggregate/strategy.ts'
import type { Federation } from './federation.ts'
import type { Score } from './measure.ts'
import type { CellResult } from './run-cell.ts'

/** A figure over the seeds. */
export interface Spread {
  readonly mean: number
  /** Sample standard deviation; 0 for one seed. */
  readonly deviation: number
}

type ScoreSpread = Readonly<Record<keyof Score, Spread>>

/** One strategy in one federation, over all finished seeds. */
export interface Arm {
  readonly federation: Federation
  readonly strategy: StrategyName
  readonly seeds: readonly string[]
  readonly unseen: ScoreSpread
  readonly own: ScoreSpread
  readonly ownPart: ScoreSpread
  /** After the last round. */
  readonly energyInLowest: Spread
}

/** Finished cells → one arm for every federation and strategy, in the order of the cells. */
export function summarise(results: readonly CellResult[]): Arm[] {
  const groups = Map.groupBy(results, ({ cell }) => `${cell.federation} ${cell.strategy}`)
  return [...groups.values()].map((group) => {
    const { federation, strategy } = (group[0] as CellResult).cell
    return {
      federation,
      strategy,
      seeds: group.map(({ cell }) => cell.seed),
      unseen: scoreSpread(group.map(({ unseen }) => unseen)),
      own: scoreSpread(group.map(({ own }) => own)),
      ownPart: scoreSpread(group.map(({ ownPart }) => ownPart)),
      energyInLowest: spread(group.map(({ curve }) => curve.at(-1)?.energyInLowest ?? Number.NaN)),
    }
  })
}

const scoreSpread = (scores: readonly Score[]): ScoreSpread => ({
  loss: spread(scores.map(({ loss }) => loss)),
  exactMatch: spread(scores.map(({ exactMatch }) => exactMatch)),
  rougeL: spread(scores.map(({ rougeL }) => rougeL)),
})

export function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1)) }
}
