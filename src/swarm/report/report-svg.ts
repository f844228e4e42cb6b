import type { SwarmReport } from './swarm-report.ts'

const WIDTH = 720
const HEIGHT = 240
const LEFT = 60
const TOP = 36
const GAP = 40

interface Series {
  readonly title: string
  readonly unit: string
  readonly values: readonly (number | null)[]
}

/** The rounds of a swarm as curves: time, contributors, bytes, and loss where something is learned. */
export function reportSvg(report: SwarmReport): string {
  const { rounds } = report
  const series: Series[] = [
    { title: 'time of a round', unit: 's', values: rounds.map(({ tookMs }) => tookMs / 1_000) },
    { title: 'failovers', unit: '', values: rounds.map(({ failovers }) => failovers) },
    { title: 'contributors', unit: '', values: rounds.map(({ contributors }) => contributors) },
    { title: 'bytes sent', unit: 'MB', values: rounds.map(({ bytes }) => bytes / 1e6) },
  ]
  if (rounds.some(({ loss }) => loss !== null))
    series.push({ title: 'loss', unit: '', values: rounds.map(({ loss }) => loss) })
  const height = TOP + series.length * (HEIGHT + GAP)
  const charts = series.map((one, at) => chart(one, TOP + at * (HEIGHT + GAP)))
  const title = escapeXml(`${report.swarm}, seed ${report.seed}, ${report.peers} peers`)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
<text x="${LEFT}" y="22" font-size="15">${title}</text>
${charts.join('\n')}
</svg>
`
}

function chart({ title, unit, values }: Series, top: number): string {
  const known = values.filter((value) => value !== null)
  const most = Math.max(1e-9, ...known)
  const x = (at: number) => LEFT + ((WIDTH - LEFT - 20) * at) / Math.max(1, values.length - 1)
  const y = (value: number) => top + HEIGHT - ((HEIGHT - 30) * value) / most
  const points = values.flatMap((value, at) => (value === null ? [] : [`${round(x(at))},${round(y(value))}`]))
  const label = `${escapeXml(title)}${unit === '' ? '' : ` (${unit})`}`
  return `<g stroke="none"><text x="${LEFT}" y="${top + 16}">${label}</text>
<text x="${LEFT - 8}" y="${round(y(most)) + 4}" text-anchor="end">${most.toPrecision(3)}</text>
<text x="${LEFT - 8}" y="${top + HEIGHT}" text-anchor="end">0</text>
<line x1="${LEFT}" y1="${top + HEIGHT}" x2="${WIDTH - 20}" y2="${top + HEIGHT}" stroke="#999"/>
<polyline points="${points.join(' ')}" fill="none" stroke="#1f6feb" stroke-width="1.5"/></g>`
}

const round = (value: number): number => Math.round(value * 10) / 10

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
