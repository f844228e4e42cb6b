import { type AggregateReport, energyOfAll, ranksOf, summariseContributions } from './aggregate-report.ts'
import { contributionChart } from './contribution-chart.ts'
import { energyGrid } from './energy-grid.ts'
import { box, FAINT, shade, text } from './svg-parts.ts'

const GAP = 58
const RANKS_NOTE =
  'eff. / rank: effective rank (exponential of the entropy of the singular values) and rank of the mean; – where they would cost too much to find'
const LEGEND = { width: 160, steps: 16 } as const

/** An aggregate's report as a picture: energy kept by rank for every module, then norms and cosines of every peer. */
export function aggregateReportSvg({ title, modules }: AggregateReport): string {
  const gridTop = 92
  const grid = energyGrid(modules, gridTop)
  const chartTop = gridTop + grid.height + GAP
  const chart = contributionChart(summariseContributions(modules), chartTop)
  const width = Math.ceil(Math.max(grid.width, chart.width, 640))
  const height = Math.ceil(chartTop + chart.height + 16)
  const against = modules.some(({ cosineTo }) => cosineTo === 'global')
    ? 'Cosine to the global factors that go back'
    : 'Cosine to the mean'
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, 'DejaVu Sans', sans-serif">
<rect width="100%" height="100%" fill="white"/>
${text(16, 28, title, { size: 16, weight: 'bold' })}
${text(16, 48, overall(modules), { fill: FAINT })}
${text(16, 78, 'Energy of the mean that each rank keeps, in percent', { size: 13, weight: 'bold' })}
${legend(420, 68)}
${grid.svg}
${text(16, gridTop + grid.height + 16, RANKS_NOTE, { size: 10, fill: FAINT })}
${text(16, chartTop + 8, `Contributions. ${against}: a line from the lowest module to the highest, a dot at the median`, { size: 13, weight: 'bold' })}
${chart.svg}
</svg>
`
}

function overall(modules: AggregateReport['modules']): string {
  const shares = ranksOf(modules).map(
    (rank) => `${(100 * energyOfAll(modules, rank)).toFixed(1)} % at rank ${rank}`,
  )
  return `all modules together: ${shares.join(', ')}`
}

function legend(x: number, y: number): string {
  const step = LEGEND.width / LEGEND.steps
  const cells = Array.from({ length: LEGEND.steps }, (_, at) =>
    box(x + at * step, y, step + 0.5, 11, shade(at / (LEGEND.steps - 1))),
  )
  return [
    text(x - 6, y + 10, '0', { anchor: 'end', size: 10, fill: FAINT }),
    ...cells,
    text(x + LEGEND.width + 6, y + 10, '100 %', { size: 10, fill: FAINT }),
  ].join('\n')
}
