import { FlexswarmError } from '../../base/flexswarm-error.ts'
import { isPeerDirectory, readKeptDirectory } from '../../store/kept-directory.ts'
import { DamagedEntryError } from '../../store/store-errors.ts'
import type { AggregateReport } from './aggregate-report.ts'
import { readModuleReport } from './read-module-report.ts'

/** A directory of a peer that has kept no report, or none of this round. */
export class NoReportError extends FlexswarmError<
  'REPORT_NOT_KEPT',
  { directory: string; round: number | null; kept: readonly number[] }
> {
  constructor(directory: string, round: number | null, kept: readonly number[]) {
    super(
      'REPORT_NOT_KEPT',
      `${directory} keeps no report of ${round === null ? 'any round' : `round ${round}`}${kept.length > 0 ? `, but of ${kept.join(', ')}` : ''}.`,
      'Ask the directory of the peer that aggregated the round: it alone keeps the report.',
      { directory, round, kept },
    )
  }
}

export { isPeerDirectory }

/**
 * The report that a peer kept of the round that it aggregated last, or of the one that is asked for. It is read while
 * the peer runs, too. Throws `NoReportError`, `DamagedEntryError`,
 * `StoreCorruptError`, `StoreVersionError`.
 */
export function keptReport(directory: string, round: number | null = null): AggregateReport {
  const { reports } = readKeptDirectory(directory)
  const height = round ?? Math.max(...reports.keys())
  const rows = reports.get(height)
  if (rows === undefined) throw new NoReportError(directory, round, [...reports.keys()])
  const modules = rows.map(({ module, report }) => {
    const read = readModuleReport(report)
    if (!read.ok) throw new DamagedEntryError(`the report of ${module} in round ${height}`, read.reason)
    return read.value
  })
  return { title: `Aggregate of round ${height}`, modules }
}
