export const COLORS: Readonly<Record<string, string>> = {
  flexlora: '#1f6feb',
  'flexlora-residual': '#d1242f',
  raflora: '#1a7f37',
  hetlora: '#9a6700',
  flora: '#8250df',
  fedit: '#57606a',
}

/** A line chart of one panel. */
export interface Panel {
  readonly title: string
  readonly lines: readonly {
    readonly name: string
    readonly dashed: boolean
    readonly points: readonly { readonly x: number; readonly y: number; readonly spread: number }[]
  }[]
}

const WIDTH = 430
const HEIGHT = 262
const LEFT = 46
/** Below the panel's lines: the numbers of the rounds, and what they are. */
const BELOW = 46
const COLUMNS = 2
/** Baseline of the legend's first row, and the next rows' distance. */
const LEGEND = 46
const LEGEND_ROW = 20
/** A letter of the legend at 12 px, at its widest; the line before the name and the gap after it. */
const LETTER = 7.2
const ENTRY = 46

/** Panels side by side over one scale, each line with its spread as a band; every name once in the legend. */
export function plotSvg(title: string, panels: readonly Panel[]): string {
  const points = panels.flatMap(({ lines }) => lines.flatMap((line) => line.points))
  const [low, high] = bounds(points.flatMap(({ y, spread }) => [y - spread, y + spread]))
  const [first, last] = bounds(points.map(({ x }) => x))
  const scale: Scale = {
    x: (value) => LEFT + ((WIDTH - LEFT - 16) * (value - first)) / Math.max(1e-9, last - first),
    y: (value) => HEIGHT - BELOW - ((HEIGHT - BELOW - 30) * (value - low)) / Math.max(1e-9, high - low),
    xTicks: ticks(first, last, 6),
    yTicks: ticks(low, high, 5),
  }
  const rows = Math.ceil(panels.length / COLUMNS)
  const names = [...new Map(panels.flatMap(({ lines }) => lines.map((line) => [line.name, line]))).values()]
  const entries = placeEntries(names)
  const top = (entries.at(-1)?.y ?? LEGEND) + 14
  const drawn = panels.map((panel, at) => {
    const place = `translate(${(at % COLUMNS) * WIDTH} ${top + Math.floor(at / COLUMNS) * HEIGHT})`
    return `<g transform="${place}">${drawPanel(panel, scale)}</g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${COLUMNS * WIDTH}" height="${top + rows * HEIGHT}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
<text x="12" y="20" font-size="15">${title}</text>
${entries.map(legendEntry).join('\n')}
${drawn.join('\n')}
</svg>
`
}

interface Scale {
  readonly x: (value: number) => number
  readonly y: (value: number) => number
  readonly xTicks: readonly number[]
  readonly yTicks: readonly number[]
}

function drawPanel({ title, lines }: Panel, { x, y, xTicks, yTicks }: Scale): string {
  const grid = yTicks.map(
    (tick) =>
      `<line x1="${LEFT}" x2="${WIDTH - 16}" y1="${fixed(y(tick))}" y2="${fixed(y(tick))}" stroke="#ddd"/>` +
      `<text x="${LEFT - 6}" y="${fixed(y(tick) + 4)}" text-anchor="end">${label(tick)}</text>`,
  )
  const below = xTicks.map(
    (tick) =>
      `<text x="${fixed(x(tick))}" y="${HEIGHT - BELOW + 16}" text-anchor="middle">${label(tick)}</text>`,
  )
  const middleX = (LEFT + WIDTH - 16) / 2
  below.push(
    `<text x="${middleX}" y="${HEIGHT - BELOW + 32}" text-anchor="middle" fill="#57606a">round</text>`,
  )
  const drawn = lines.map(({ name, dashed, points }) => {
    const color = COLORS[name.split(' ')[0] as string] ?? 'black'
    const upper = points.map((point) => `${fixed(x(point.x))},${fixed(y(point.y + point.spread))}`)
    const lower = points.map((point) => `${fixed(x(point.x))},${fixed(y(point.y - point.spread))}`)
    const middle = points.map((point) => `${fixed(x(point.x))},${fixed(y(point.y))}`)
    const dash = dashed ? ' stroke-dasharray="5 4"' : ''
    return (
      `<polygon points="${[...upper, ...lower.toReversed()].join(' ')}" fill="${color}" opacity="0.1"/>` +
      `<polyline points="${middle.join(' ')}" fill="none" stroke="${color}" stroke-width="1.8"${dash}/>`
    )
  })
  return [`<text x="${LEFT}" y="18" font-size="13">${title}</text>`, ...grid, ...below, ...drawn].join('\n')
}

interface Entry {
  readonly name: string
  readonly dashed: boolean
  readonly x: number
  readonly y: number
}

/** Names of the legend side by side, as wide as they are, in as many rows as that takes. */
function placeEntries(names: readonly { readonly name: string; readonly dashed: boolean }[]): Entry[] {
  const entries: Entry[] = []
  let [x, y] = [12, LEGEND]
  for (const { name, dashed } of names) {
    const width = ENTRY + LETTER * name.length
    if (x > 12 && x + width > COLUMNS * WIDTH) [x, y] = [12, y + LEGEND_ROW]
    entries.push({ name, dashed, x, y })
    x += width
  }
  return entries
}

function legendEntry({ name, dashed, x, y }: Entry): string {
  const color = COLORS[name.split(' ')[0] as string] ?? 'black'
  const dash = dashed ? ' stroke-dasharray="5 4"' : ''
  const line = `x1="${fixed(x)}" x2="${fixed(x + 22)}" y1="${y - 4}" y2="${y - 4}"`
  return `<line ${line} stroke="${color}" stroke-width="2"${dash}/><text x="${fixed(x + 26)}" y="${y}">${name}</text>`
}

const bounds = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)]

/** Round numbers between two values, about as many as asked for. */
function ticks(low: number, high: number, count: number): number[] {
  const rough = Math.max(1e-9, high - low) / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10) * power
  const from = Math.ceil(low / step)
  return Array.from({ length: Math.floor(high / step) - from + 1 }, (_, at) => (from + at) * step)
}

const fixed = (value: number): string => value.toFixed(1)
const label = (value: number): string => String(Math.round(value * 1000) / 1000)
