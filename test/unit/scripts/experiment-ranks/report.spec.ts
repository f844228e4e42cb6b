import { deepEqual, equal, ok } from 'node:assert/strict'
import { compare } from '../../../../scripts/experiment-ranks/compare.ts'
import type { Federation } from '../../../../scripts/experiment-ranks/federation.ts'
import { reportPlots } from '../../../../scripts/experiment-ranks/report-plots.ts'
import { reportTables } from '../../../../scripts/experiment-ranks/report-tables.ts'
import type { CellResult } from '../../../../scripts/experiment-ranks/run-cell.ts'
import { spread, summarise } from '../../../../scripts/experiment-ranks/summarise.ts'
import { withFigures } from '../../../../scripts/experiment-ranks/write-report.ts'
import type { StrategyName } from '../../../../src/aggregate/strategy.ts'

function finished(seed: string, federation: Federation, strategy: StrategyName, loss: number): CellResult {
  const score = { loss, exactMatch: 0.5, rougeL: 0.5 }
  const curve = [1, 2].map((round) => ({
    round,
    unseenLoss: loss,
    ownLoss: loss / round,
    energyInLowest: 0.5,
  }))
  return {
    cell: { seed, federation, strategy },
    curve,
    unseen: score,
    own: score,
    ownPart: score,
    seconds: 1,
  }
}

const results = [
  finished('1', 'heavy-tail-strong', 'flexlora', 2),
  finished('2', 'heavy-tail-strong', 'flexlora', 3),
  finished('3', 'heavy-tail-strong', 'flexlora', 9),
  finished('2', 'lowest', 'fedit', 3.5),
  finished('1', 'lowest', 'fedit', 2.25),
]

describe('the experiment of ranks: its report', () => {
  it('gives mean and sample deviation over the seeds', () => {
    deepEqual(spread([1, 3]), { mean: 2, deviation: Math.SQRT2 })
    deepEqual(spread([5]), { mean: 5, deviation: 0 })
    const [arm] = summarise(results)
    deepEqual(arm?.seeds, ['1', '2', '3'])
    equal(arm?.own.loss.mean, 14 / 3)
  })

  it('compares arms seed by seed, over the seeds that both have finished', () => {
    const found = compare(results, ['heavy-tail-strong', 'flexlora'], ['lowest', 'fedit'])
    deepEqual(found?.seeds, ['1', '2'])
    deepEqual(found?.differences.ownLoss.values, [-0.25, -0.5])
  })

  it('compares nothing where a side is missing', () => {
    equal(compare(results, ['uniform', 'flexlora'], ['lowest', 'fedit']), null)
  })

  it('says how many seeds a row has', () => {
    const [row] = reportTables(results).match(/^\| heavy-tail-strong \| flexlora \|.*$/m) ?? []
    ok(row?.startsWith('| heavy-tail-strong | flexlora | 3 | 4.667 ± 3.786 |'), row)
  })

  it('draws every plot as a document of its own', () => {
    for (const svg of reportPlots(results).values()) {
      ok(svg.startsWith('<svg') && svg.trimEnd().endsWith('</svg>'))
      ok(!svg.includes('NaN') && !svg.includes('Infinity'))
    }
  })

  it('leaves what people wrote around the figures as it is', () => {
    const once = withFigures('# Ranks\n\nWords.\n', mark('one'))
    ok(once.startsWith('# Ranks\n\nWords.\n'))
    equal(withFigures(once, mark('two')), once.replace('one', 'two'))
  })
})

const mark = (text: string) =>
  `<!-- figures: written by npm run experiment:ranks -->\n${text}\n<!-- end of the figures -->`
