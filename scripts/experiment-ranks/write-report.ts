import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cell } from './plan-cells.ts'
import { reportPlots } from './report-plots.ts'
import { reportTables } from './report-tables.ts'
import type { CellResult } from './run-cell.ts'
import type { Settings } from './settings.ts'
import { summarise } from './summarise.ts'

export interface Report {
  /** Of the files. */
  readonly name: string
  readonly command: string
  readonly seeds: readonly string[]
  readonly settings: Settings
  /** What is not finished. */
  readonly missing: readonly Cell[]
  readonly results: readonly CellResult[]
}

const BEGIN = '<!-- figures: written by npm run experiment:ranks -->'
const END = '<!-- end of the figures -->'

/** Writes the figures as JSON, the plots, and the tables of the Markdown file, whose other text stays as people wrote it. */
export function writeReport(directory: string, report: Report): void {
  mkdirSync(directory, { recursive: true })
  const { results, name, ...about } = report
  const file = (ending: string) => join(directory, `${name}${ending}`)
  const data = { ...about, arms: summarise(results), cells: results }
  writeFileSync(file('.json'), `${JSON.stringify(data, null, 1)}\n`)
  for (const [figure, svg] of reportPlots(results)) writeFileSync(file(`-${figure}.svg`), svg)
  const figures = [BEGIN, '', facts(report), '', reportTables(results), '', END].join('\n')
  writeFileSync(file('.md'), withFigures(currentText(file('.md')), figures))
}

function facts({ command, seeds, missing, results }: Report): string {
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0)
  const lines = [
    `- Command: \`${command}\`, seeds ${seeds.join(', ')}.`,
    `- ${results.length} cells, ${(seconds / 3600).toFixed(1)} hours of processes of one thread each.`,
  ]
  const arms = Map.groupBy(missing, ({ federation, strategy }) => `${federation} ${strategy}`)
  const left = [...arms].map(([name, cells]) => `${name} (${cells.map(({ seed }) => seed).join(', ')})`)
  if (left.length > 0)
    lines.push(`- Not finished (the same command goes on); seeds in brackets: ${left.join('; ')}.`)
  return lines.join('\n')
}

function currentText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return `# Ranks\n\n${BEGIN}\n${END}\n`
  }
}

/** The text with what is between the two marks replaced. */
export function withFigures(text: string, figures: string): string {
  const begin = text.indexOf(BEGIN)
  const end = text.indexOf(END)
  if (begin < 0 || end < begin) return `${text.trimEnd()}\n\n${figures}\n`
  return text.slice(0, begin) + figures + text.slice(end + END.length)
}
