import { formatBytes } from './format-bytes.ts'
import type { Machine } from './machine.ts'
import type { MemoryBudget } from './memory-budget.ts'

/** Above this much unified memory, Metal's recommended working set is 3/4 of it; below, 2/3. */
const LARGE_BYTES = 36 * 2 ** 30

/** The share of an Apple chip's unified memory that its GPU may take, or undefined on other machines. */
export function probeApple(machine: Machine): MemoryBudget | undefined {
  if (machine.platform !== 'darwin' || machine.arch !== 'arm64') return undefined
  const { totalBytes } = machine.memory()
  const [share, said] = totalBytes > LARGE_BYTES ? [3 / 4, '3/4'] : [2 / 3, '2/3']
  return {
    bytes: Math.floor(totalBytes * share),
    source: 'apple-unified-memory',
    device: 'Apple GPU',
    detail: `${said} of ${formatBytes(totalBytes)} unified memory`,
  }
}
