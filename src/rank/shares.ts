import { formatBytes } from './format-bytes.ts'
import type { SystemMemory } from './machine.ts'

/** The share of a GPU's memory that training may take; the rest is for the driver and fragmentation. */
export const GPU_SHARE = 0.9
/** The share of the system's memory that training may take where it runs on the processor. */
const SYSTEM_SHARE = 0.5
/** And no more than this share of what is available right now. */
const AVAILABLE_SHARE = 0.8

/** The part of the system's memory (of its container's, where it has a limit) that training may take. */
export function shareOfMemory(memory: SystemMemory): { bytes: number; detail: string } {
  const total = Math.min(memory.totalBytes, memory.limitBytes ?? memory.totalBytes)
  const whose = memory.limitBytes === undefined ? '' : ' of the container’s'
  const shares = [
    { bytes: total * SYSTEM_SHARE, detail: `${SYSTEM_SHARE * 100} % of ${formatBytes(total)}${whose}` },
    {
      bytes: memory.availableBytes * AVAILABLE_SHARE,
      detail: `${AVAILABLE_SHARE * 100} % of ${formatBytes(memory.availableBytes)} available`,
    },
  ] as const
  const { bytes, detail } = shares[1].bytes < shares[0].bytes ? shares[1] : shares[0]
  return { bytes: Math.floor(bytes), detail }
}
