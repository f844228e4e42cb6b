import type { SwarmReport } from './swarm-report.ts'

const WIDTH = 720
const LEFT = 60
const RIGHT = 20
const TOP = 44
/** Of one chart: its title, its curve, the numbers of the rounds. */
const TITLE = 22
const CURVE = 130
const ROUNDS = 44
const CHART = TITLE + CURVE + ROUNDS
const MOST_TICKS = 12

interface Series {
  readonly title: string
  readonly unit: string
  readonly values: readonly (number | null)[]
}

/** The rounds of a swarm as curves: time, contributors, bytes, and loss where something is learned. */
export function reportSvg(report: SwarmReport): string {
  const { rounds } = report
  const numbers = rounds.map(({ round }) => round)
  const series: Series[] = [
    { title: 'time of a round', unit: 's', values: rounds.map(({ tookMs }) => tookMs / 1_000) },
    { title: 'failovers', unit: '', values: rounds.map(({ failovers }) => failovers) },
    { title: 'contributors', unit: '', values: rounds.map(({ contributors }) => contributors) },
    { title: 'bytes sent', unit: 'MB', values: rounds.map(({ bytes }) => bytes / 1e6) },
  ]
  if (rounds.some(({ loss }) => loss !== null))
    series.push({ title: 'loss', unit: '', values: rounds.map(({ loss }) => loss) })
  const height = TOP + series.length * CHART
  const charts = series.map((one, at) => chart(one, numbers, TOP + at * CHART))
  const title = escapeXml(`${report.swarm}, seed ${report.seed}, ${report.peers} peers`)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
<text x="${LEFT}" y="22" font-size="15">${title}</text>
${charts.join('\n')}
</svg>
`
}

function chart({ title, unit, values }: Series, numbers: readonly number[], top: number): string {
  const known = values.filter((value) => value !== null)
  const most = Math.max(1e-9, ...known)
  const base = top + TITLE + CURVE
  const x = (at: number) => round(LEFT + ((WIDTH - LEFT - RIGHT) * at) / Math.max(1, values.length - 1))
  const y = (value: number) => round(base - (CURVE * value) / most)
  const points = values.flatMap((value, at) => (value === null ? [] : [`${x(at)},${y(value)}`]))
  const label = `${escapeXml(title)}${unit === '' ? '' : ` (${unit})`}`
  const marks = ticks(numbers).map(
    (at) =>
      `<line x1="${x(at)}" y1="${base}" x2="${x(at)}" y2="${base + 4}" stroke="#8c959f"/>` +
      `<text x="${x(at)}" y="${base + 16}" text-anchor="middle">${numbers[at]}</text>`,
  )
  return `<g stroke="none"><text x="${LEFT}" y="${top + 10}" font-weight="bold">${label}</text>
<line x1="${LEFT}" y1="${y(most)}" x2="${WIDTH - RIGHT}" y2="${y(most)}" stroke="#ddd"/>
<text x="${LEFT - 8}" y="${y(most) + 4}" text-anchor="end">${figure(most)}</text>
<text x="${LEFT - 8}" y="${base + 4}" text-anchor="end">0</text>
<line x1="${LEFT}" y1="${base}" x2="${WIDTH - RIGHT}" y2="${base}" stroke="#8c959f"/>
${marks.join('\n')}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${base + 30}" text-anchor="middle" fill="#57606a">round</text>
<polyline points="${points.join(' ')}" fill="none" stroke="#1f6feb" stroke-width="1.5"/></g>`
}

/** Positions of the rounds whose numbers are written: round ones, and never more than there is room for. */
function ticks(numbers: readonly number[]): number[] {
  const every =
    [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000].find((n) => numbers.length / n <= MOST_TICKS) ?? 5_000
  return [...numbers.keys()].filter((at) => every === 1 || (numbers[at] ?? 0) % every === 0)
}

const figure = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(3))

const round = (value: number): number => Math.round(value * 10) / 10

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
