import {
  type AggregateReport,
  energyOfAll,
  ranksOf,
  summariseContributions,
} from '../../api/report/aggregate-report.ts'
import { type Column, drawTable } from '../demo/draw-table.ts'

/** An aggregate's report for a terminal: a line for each module, then one for each contribution. */
export function describeAggregateReport({ title, modules }: AggregateReport): string[] {
  return [title, '', ...moduleTable(modules), '', ...contributionTable(modules)]
}

function moduleTable(modules: AggregateReport['modules']): string[] {
  const ranks = ranksOf(modules)
  const right = (name: string): Column => ({ title: name, align: 'right' })
  const columns: Column[] = [
    { title: 'module', align: 'left' },
    ...['‖ΔW‖', 'rank', 'effective'].map(right),
    ...ranks.map((rank) => right(`r=${rank}`)),
    right('residual'),
  ]
  const rows = modules.map(({ module, norm, meanRank, effectiveRank, energyKept, residual }) => [
    module,
    norm.toPrecision(4),
    meanRank === null ? '–' : String(meanRank),
    effectiveRank === null ? '–' : effectiveRank.toFixed(1),
    ...ranks.map((rank) => percent(energyKept.find((one) => one.rank === rank)?.share)),
    residual.toExponential(0),
  ])
  const all = ['all modules', '', '', '', ...ranks.map((rank) => percent(energyOfAll(modules, rank))), '']
  return drawTable(columns, [...rows, all])
}

function contributionTable(modules: AggregateReport['modules']): string[] {
  const to = modules.some(({ cosineTo }) => cosineTo === 'global') ? 'the global factors' : 'the mean'
  const columns: Column[] = [
    { title: 'contribution', align: 'left' },
    { title: 'weight', align: 'right' },
    { title: '‖ΔWᵢ‖', align: 'right' },
    { title: `cosine to ${to}`, align: 'right' },
    { title: 'lowest', align: 'right' },
    { title: 'in', align: 'left' },
  ]
  const rows = summariseContributions(modules).map(({ peer, weight, norm, median, lowest, lowestModule }) => [
    peer,
    percent(weight),
    norm.toPrecision(4),
    median.toFixed(3),
    lowest.toFixed(3),
    lowestModule,
  ])
  return drawTable(columns, rows)
}

const percent = (share: number | undefined): string =>
  share === undefined ? '' : `${(100 * share).toFixed(1)} %`
