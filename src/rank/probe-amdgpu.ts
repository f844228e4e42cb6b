import { formatBytes } from './format-bytes.ts'
import type { Machine } from './machine.ts'
import type { MemoryBudget } from './memory-budget.ts'
import { GPU_SHARE } from './shares.ts'

const CARDS = '/sys/class/drm'

/** Free memory of the largest card that the Linux driver `amdgpu` runs, or undefined where there is none. */
export async function probeAmdgpu(machine: Machine): Promise<MemoryBudget | undefined> {
  if (machine.platform !== 'linux') return undefined
  const cards = (await machine.list(CARDS)).filter((name) => /^card\d+$/.test(name))
  const found = await Promise.all(cards.map((card) => cardMemory(machine, `${CARDS}/${card}/device`)))
  const best = found.filter((card) => card !== undefined).sort((a, b) => b.totalBytes - a.totalBytes)[0]
  if (best === undefined) return undefined
  const free = best.totalBytes - best.usedBytes
  return {
    bytes: Math.floor(free * GPU_SHARE),
    source: 'amdgpu',
    device: best.name,
    detail: `${GPU_SHARE * 100} % of ${formatBytes(free)} free of ${formatBytes(best.totalBytes)}`,
  }
}

async function cardMemory(machine: Machine, folder: string) {
  const read = async (file: string) => (await machine.readText(`${folder}/${file}`))?.trim()
  const totalBytes = decimal(await read('mem_info_vram_total'))
  if (totalBytes === undefined || totalBytes === 0) return undefined
  const usedBytes = Math.min(decimal(await read('mem_info_vram_used')) ?? 0, totalBytes)
  const name = (await read('product_name')) || `AMD GPU ${(await read('device')) ?? ''}`.trim()
  return { name, totalBytes, usedBytes }
}

const decimal = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
