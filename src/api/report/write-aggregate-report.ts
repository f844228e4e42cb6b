import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AggregateReport } from './aggregate-report.ts'
import { aggregateReportSvg } from './aggregate-report-svg.ts'

/** Files of a report, in the directory that they are written to. */
export interface ReportFiles {
  readonly json: string
  readonly svg: string
}

/** Writes `report.json` and `report.svg` into a directory, which is made if it is not there. */
export function writeAggregateReport(directory: string, report: AggregateReport): ReportFiles {
  mkdirSync(directory, { recursive: true })
  const files = { json: join(directory, 'report.json'), svg: join(directory, 'report.svg') }
  writeFileSync(files.json, `${JSON.stringify(report, null, 2)}\n`)
  writeFileSync(files.svg, aggregateReportSvg(report))
  return files
}
