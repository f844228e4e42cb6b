import { formatBytes } from './format-bytes.ts'
import type { Machine } from './machine.ts'
import type { MemoryBudget } from './memory-budget.ts'
import { GPU_SHARE } from './shares.ts'

/** `systeminformation` runs several programs, some of them slow. */
const TIMEOUT_MS = 5000
/** Smaller controllers are consoles of servers and virtual machines: nothing to train on. */
const SMALLEST_BYTES = 2 ** 30

/** The memory of the largest graphics controller that `systeminformation` finds, or undefined. */
export async function probeGraphics(machine: Machine): Promise<MemoryBudget | undefined> {
  const largest = (await machine.graphicsControllers(TIMEOUT_MS))
    .map(({ model, memoryBytes, shared }) => ({ model, bytes: shared ? 0 : (memoryBytes ?? 0) }))
    .toSorted((a, b) => b.bytes - a.bytes)[0]
  if (largest === undefined || largest.bytes < SMALLEST_BYTES) return undefined
  return {
    bytes: Math.floor(largest.bytes * GPU_SHARE),
    source: 'systeminformation',
    device: largest.model,
    detail: `${GPU_SHARE * 100} % of ${formatBytes(largest.bytes)}`,
  }
}
