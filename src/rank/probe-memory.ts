import { formatBytes } from './format-bytes.ts'
import { localMachine } from './local-machine.ts'
import type { Machine } from './machine.ts'
import type { MemoryBudget } from './memory-budget.ts'
import { parseMemorySize } from './parse-memory-size.ts'
import { probeAmdgpu } from './probe-amdgpu.ts'
import { probeApple } from './probe-apple.ts'
import { probeGraphics } from './probe-graphics.ts'
import { probeNvidia } from './probe-nvidia.ts'
import { shareOfMemory } from './shares.ts'

export interface ProbeOptions {
  /** What the user says, such as `8GB`; it goes before everything. Default: the machine is asked. */
  readonly memory?: string | undefined
  /**
   * Where the chosen executor trains. On `'cpu'` the memory of accelerators says nothing, so only the
   * system's memory is asked.
   */
  readonly trainsOn: 'cpu' | 'gpu'
  /** Default: the machine that this process runs on. */
  readonly machine?: Machine
}

/**
 * How many bytes training may take and who says so: the user, `nvidia-smi`, `amdgpu`, Apple's unified memory,
 * `systeminformation`, else a share of the system's memory. The first that knows is believed.
 *
 * @throws {MemorySizeError} where the user's word is no size of memory
 */
export async function probeMemory(options: ProbeOptions): Promise<MemoryBudget> {
  const { memory, trainsOn, machine = localMachine } = options
  if (memory !== undefined) return usersWord(memory)
  const accelerator = trainsOn === 'gpu' ? await probeAccelerator(machine) : undefined
  return accelerator ?? { source: 'system-memory', ...shareOfMemory(machine.memory()) }
}

function usersWord(memory: string): MemoryBudget {
  const bytes = parseMemorySize(memory)
  return { bytes, source: 'user', detail: `${formatBytes(bytes)}, as the user said` }
}

async function probeAccelerator(machine: Machine): Promise<MemoryBudget | undefined> {
  return (
    (await probeNvidia(machine)) ??
    (await probeAmdgpu(machine)) ??
    probeApple(machine) ??
    (await probeGraphics(machine))
  )
}
