import type { OpenedDirectory } from './open-directory.ts'
import type { VerifyReport } from './verify-report.ts'

/** Whether directories hold the same records, some only the first of them, or different ones. */
export function compareDirectories(
  opened: readonly OpenedDirectory[],
): Pick<VerifyReport, 'agreement' | 'difference'> {
  const rounds = new Set(opened.flatMap(({ links }) => links.map(({ round }) => round)))
  let complete = true
  for (const round of [...rounds].sort((one, other) => one - other)) {
    const holders = new Map<string, string[]>()
    for (const { directory, links } of opened) {
      const id = links.find((link) => link.round === round)?.id ?? ''
      if (id === '') complete = false
      else holders.set(id, [...(holders.get(id) ?? []), directory])
    }
    if (holders.size > 1) {
      const records = [...holders].map(([record, directories]) => ({ record, directories }))
      return { agreement: 'differ', difference: { round, records } }
    }
  }
  return { agreement: complete ? 'same' : 'prefix', difference: null }
}
