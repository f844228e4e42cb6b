import type { ContributionSummary } from './aggregate-report.ts'
import type { Drawing } from './drawing.ts'
import { box, dot, FAINT, LINE, line, text } from './svg-parts.ts'

const ROW = 18
const HEAD = 40
const MOST_ROWS = 64
const BAR = { width: 200, fill: '#6e7781' } as const
const COSINE = { width: 280, low: '#bc4c00', fair: '#1a7f37' } as const
/** Ids of peers are long, and differ at their ends. */
const MOST_LABEL = 28

/** Each contribution's weight, norm and cosines to the mean: the line spans its modules, the dot is their median. */
export function contributionChart(all: readonly ContributionSummary[], top: number): Drawing {
  const shown = all.slice(0, MOST_ROWS)
  const labels = shown.map(({ peer }) => shortened(peer))
  const labelled = 16 + 7.3 * Math.max(12, ...labels.map((label) => label.length))
  const columns = { weight: labelled + 50, norm: labelled + 66, cosine: labelled + 66 + BAR.width + 76 }
  const most = Math.max(Number.MIN_VALUE, ...shown.map(({ norm }) => norm))
  const rows = shown.flatMap((one, at) =>
    contributionRow(one, labels[at] as string, most, columns, top + HEAD + at * ROW),
  )
  const bottom = top + HEAD + shown.length * ROW
  const more = all.length > shown.length ? [moreLine(all.length - shown.length, bottom)] : []
  return {
    svg: [...chartHead(columns, top, bottom), ...rows, ...more].join('\n'),
    width: columns.cosine + COSINE.width + 24,
    height: HEAD + shown.length * ROW + 20,
  }
}

interface Columns {
  readonly weight: number
  readonly norm: number
  readonly cosine: number
}

const cosineX = (columns: Columns, cosine: number): number =>
  columns.cosine + ((cosine + 1) / 2) * COSINE.width

function chartHead(columns: Columns, top: number, bottom: number): string[] {
  const y = top + HEAD - 10
  const faint = { fill: FAINT, size: 10 } as const
  const marks = [-1, -0.5, 0, 0.5, 1].flatMap((cosine) => {
    const x = cosineX(columns, cosine)
    return [
      line(x, y + 4, x, bottom, cosine === 0 ? FAINT : LINE),
      text(x, y, String(cosine), { ...faint, anchor: 'middle' }),
    ]
  })
  return [
    text(16, y, 'contribution', faint),
    text(columns.weight, y, 'weight', { ...faint, anchor: 'end' }),
    text(columns.norm, y, '‖ΔWᵢ‖ over all modules', faint),
    ...marks,
  ]
}

function contributionRow(
  one: ContributionSummary,
  label: string,
  most: number,
  columns: Columns,
  y: number,
): string[] {
  const { peer, weight, norm, lowest, median, highest, lowestModule } = one
  const middle = y + ROW / 2
  const colour = median < 0.1 ? COSINE.low : COSINE.fair
  const width = (norm / most) * BAR.width
  const hint = `${peer}: cosine ${lowest.toFixed(2)} (${lowestModule}) to ${highest.toFixed(2)}, median ${median.toFixed(2)}`
  return [
    text(16, middle + 4, label),
    text(columns.weight, middle + 4, `${(100 * weight).toFixed(1)} %`, { anchor: 'end' }),
    box(columns.norm, y + 4, width, ROW - 8, BAR.fill, hint),
    text(columns.norm + width + 6, middle + 4, String(Number(norm.toPrecision(3)))),
    line(cosineX(columns, lowest), middle, cosineX(columns, highest), middle, colour, 2.5),
    dot(cosineX(columns, median), middle, colour),
  ]
}

const moreLine = (count: number, y: number): string =>
  text(16, y + 14, `and ${count} more, all closer to the mean`, { fill: FAINT })

const shortened = (peer: string): string =>
  peer.length <= MOST_LABEL ? peer : `${peer.slice(0, 6)}…${peer.slice(7 - MOST_LABEL)}`
