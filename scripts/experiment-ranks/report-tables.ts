import { type Comparison, compare, type Paired } from './compare.ts'
import { DISTRIBUTIONS } from './federation.ts'
import { MIXED_STRATEGIES } from './plan-cells.ts'
import type { CellResult } from './run-cell.ts'
import { type Arm, type Spread, summarise } from './summarise.ts'

/** The tables of the report, in Markdown, and nothing that is a matter of opinion. */
export function reportTables(results: readonly CellResult[]): string {
  return [
    '### Every federation and strategy',
    '',
    'Mean over the seeds ± standard deviation. Loss in nats a token; match and Rouge-L in per cent. *Own part* is what',
    'a peer keeps: the global factors cut to its rank. *Energy* is the share of ‖ΔW‖² in as many directions as the',
    'lowest rank has.',
    '',
    armTable(summarise(results)),
    '',
    '### Against peers that all have the lowest rank',
    '',
    ...comparisonTable(
      MIXED_STRATEGIES.flatMap((strategy) =>
        DISTRIBUTIONS.map((federation) => compare(results, [federation, strategy], ['lowest', 'fedit'])),
      ),
    ),
    '',
    '### `flexlora-residual` against `flexlora`',
    '',
    ...comparisonTable(
      DISTRIBUTIONS.map((federation) =>
        compare(results, [federation, 'flexlora-residual'], [federation, 'flexlora']),
      ),
    ),
  ].join('\n')
}

function armTable(arms: readonly Arm[]): string {
  const head =
    '| peers | strategy | seeds | unseen loss | unseen match | unseen Rouge-L | own loss | own match | own Rouge-L | own part loss | own part match | energy |'
  const rule = '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |'
  const rows = arms.map(({ federation, strategy, seeds, unseen, own, ownPart, energyInLowest }) =>
    row([
      federation,
      strategy,
      String(seeds.length),
      loss(unseen.loss),
      share(unseen.exactMatch),
      share(unseen.rougeL),
      loss(own.loss),
      share(own.exactMatch),
      share(own.rougeL),
      loss(ownPart.loss),
      share(ownPart.exactMatch),
      share(energyInLowest),
    ]),
  )
  return [head, rule, ...rows].join('\n')
}

function comparisonTable(comparisons: readonly (Comparison | null)[]): string[] {
  const known = comparisons.filter((one) => one !== null)
  if (known.length === 0) return ['Not finished.']
  return [
    'Difference of the same seed, mean and in brackets each seed. Below 0 is better for loss, above 0 for match.',
    '',
    '| peers | strategy | against | unseen loss | own loss | own part loss | unseen match | own match |',
    '| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |',
    ...known.map(({ one, other, differences: { unseenLoss, ownLoss, ownPartLoss, unseenMatch, ownMatch } }) =>
      row([
        one[0],
        one[1],
        other[0] === one[0] ? other[1] : other.join(' '),
        paired(unseenLoss, 1, 3),
        paired(ownLoss, 1, 3),
        paired(ownPartLoss, 1, 3),
        paired(unseenMatch, 100, 1),
        paired(ownMatch, 100, 1),
      ]),
    ),
  ]
}

const row = (fields: readonly string[]): string => `| ${fields.join(' | ')} |`
const loss = ({ mean, deviation }: Spread): string => `${mean.toFixed(3)} ± ${deviation.toFixed(3)}`
const share = ({ mean, deviation }: Spread): string =>
  `${(100 * mean).toFixed(1)} ± ${(100 * deviation).toFixed(1)}`

function paired({ mean, values }: Paired, times: number, digits: number): string {
  const text = (value: number) => `${value > 0 ? '+' : ''}${(times * value).toFixed(digits)}`
  return `${text(mean)} (${values.map(text).join(', ')})`
}
