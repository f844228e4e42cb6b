import type { AggregateReport } from '../../api/report/aggregate-report.ts'
import type { Terminal } from '../terminal.ts'

/** Says what an aggregate is made of, and draws it beside what the command writes, where it writes anything. */
export async function showAggregateReport(
  report: AggregateReport,
  out: string | undefined,
  terminal: Terminal,
): Promise<void> {
  const { describeAggregateReport } = await import('./describe-aggregate-report.ts')
  for (const line of describeAggregateReport(report)) terminal.line(line)
  if (out === undefined) return
  const { writeAggregateReport } = await import('../../api/report/write-aggregate-report.ts')
  const { svg, json } = writeAggregateReport(`${out}-report`, report)
  terminal.line(`report: ${svg}, ${json}`)
}
