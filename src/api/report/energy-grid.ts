import type { ModuleReport } from '../../aggregate/aggregate-report.ts'
import { ranksOf } from './aggregate-report.ts'
import type { Drawing } from './drawing.ts'
import { box, FAINT, inkOn, shade, text } from './svg-parts.ts'

const CELL = { width: 27, height: 16 } as const
/** Room for "12.3 of 256" after the cells of a module. */
const RANKS_WIDTH = 74
const HEAD = 50
const LABEL = 92
const GROUP_GAP = 14
/** Groups side by side: more go below, so that the picture fits a page. */
const MOST_GROUPS = 4

/** A module's place among its like: `model.layers.3.mlp.up_proj` is `up_proj` of layer 3. */
interface Place {
  readonly row: string
  readonly column: string
}

/**
 * Energy that each rank keeps, as strips of shades: a row for each layer and a group of cells for each kind of module,
 * with the mean's effective rank and rank beside it. Modules that are in no layer have rows of their own.
 */
export function energyGrid(modules: readonly ModuleReport[], top: number): Drawing {
  const ranks = ranksOf(modules)
  const places = modules.map(({ module }) => placeOf(module))
  const rows = [...new Set(places.map(({ row }) => row))]
  const columns = [...new Set(places.map(({ column }) => column))]
  const labelled = Math.max(LABEL, 8 + 6.2 * Math.max(...rows.map((row) => row.length)))
  const groupWidth = ranks.length * CELL.width + RANKS_WIDTH + GROUP_GAP
  const bandHeight = HEAD + rows.length * (CELL.height + 1)
  const bandOf = (column: string) => Math.floor(columns.indexOf(column) / MOST_GROUPS)
  const left = (column: string) => 16 + labelled + (columns.indexOf(column) % MOST_GROUPS) * groupWidth
  const y = (row: string, band: number) =>
    top + band * bandHeight + HEAD + rows.indexOf(row) * (CELL.height + 1)
  const bands = Array.from({ length: Math.ceil(columns.length / MOST_GROUPS) }, (_, band) => band)
  const parts = [
    ...columns.flatMap((column) => groupHead(column, ranks, left(column), top + bandOf(column) * bandHeight)),
    ...bands.flatMap((band) => rows.map((row) => text(16, y(row, band) + 12, row))),
    ...modules.flatMap((module, at) => {
      const { row, column } = places[at] as Place
      return strip(module, ranks, left(column), y(row, bandOf(column)))
    }),
  ]
  const width = 16 + labelled + Math.min(columns.length, MOST_GROUPS) * groupWidth
  return { svg: parts.join('\n'), width, height: bands.length * bandHeight }
}

function placeOf(module: string): Place {
  const found = /(?:^|\.)(?:layers|h|blocks)\.(\d+)\.(?:.*\.)?([^.]+)$/.exec(module)
  return found === null
    ? { row: module, column: '' }
    : { row: `layer ${found[1]}`, column: found[2] as string }
}

function groupHead(column: string, ranks: readonly number[], left: number, top: number): string[] {
  const y = top + HEAD - 6
  return [
    text(left, y - 18, column, { weight: 'bold', size: 12 }),
    ...ranks.map((rank, at) =>
      text(left + (at + 0.5) * CELL.width, y, String(rank), { anchor: 'middle', size: 10, fill: FAINT }),
    ),
    text(left + ranks.length * CELL.width + 6, y, 'eff. / rank', { size: 10, fill: FAINT }),
  ]
}

function strip(module: ModuleReport, ranks: readonly number[], left: number, y: number): string[] {
  const cells = module.energyKept.flatMap(({ rank, share }) => {
    const x = left + ranks.indexOf(rank) * CELL.width
    const percent = (100 * share).toFixed(share > 0.9995 || share === 0 ? 0 : 1)
    const hint = `${module.module}: rank ${rank} keeps ${percent} %`
    const figure = (100 * share).toFixed(0)
    const label = { anchor: 'middle', size: 10, fill: inkOn(share) } as const
    return [
      box(x, y, CELL.width - 1, CELL.height, shade(share), hint),
      text(x + (CELL.width - 1) / 2, y + 12, figure, label),
    ]
  })
  const { effectiveRank, meanRank } = module
  const summary = effectiveRank === null ? '–' : `${effectiveRank.toFixed(1)} / ${meanRank}`
  return [...cells, text(left + ranks.length * CELL.width + 6, y + 12, summary, { size: 10 })]
}
