import { formatBytes } from './format-bytes.ts'
import type { CommandOutcome, Machine } from './machine.ts'
import type { MemoryBudget } from './memory-budget.ts'
import { migMemory, type NvidiaGpu, parseGpus, parseMigDevices, profileBytes } from './nvidia-devices.ts'
import { GPU_SHARE, shareOfMemory } from './shares.ts'
import { firstVisibleDevices, type VisibleDevice } from './visible-devices.ts'

const QUERY = ['--query-gpu=index,uuid,name,memory.total,memory.free', '--format=csv,noheader,nounits']
const TIMEOUT_MS = 2000
/** On the path, or where the Windows Subsystem for Linux keeps it. */
const PROGRAMS = ['nvidia-smi', '/usr/lib/wsl/lib/nvidia-smi']
/** A MIG profile has at least this share of the gigabytes in its name (H200's 1g.18gb: 16 GiB). */
const PROFILE_SHARE = 0.95

interface DeviceMemory {
  readonly name: string
  readonly totalBytes: number | undefined
  readonly freeBytes: number | undefined
}

/** Free memory of the NVIDIA device that CUDA would take, or undefined where there is none to be had. */
export async function probeNvidia(machine: Machine): Promise<MemoryBudget | undefined> {
  const program = await findProgram(machine)
  if (program === undefined) return undefined
  const gpus = parseGpus(program.stdout)
  if (gpus.length === 0) return undefined
  const listing = await machine.run(program.path, ['-L'], TIMEOUT_MS)
  const migDevices = listing.ok ? parseMigDevices(listing.stdout) : []
  const visible = firstVisibleDevices(gpus, migDevices, machine.environment)
  const sizes = await Promise.all(visible.map((device) => deviceMemory(machine, program.path, device)))
  // Where it is not known which one CUDA takes, the smallest is the safe guess.
  const device = sizes.toSorted((a, b) => capacity(a) - capacity(b))[0]
  return device === undefined ? undefined : budgetOf(device, machine)
}

const capacity = (device: DeviceMemory): number => device.freeBytes ?? device.totalBytes ?? 0

async function findProgram(machine: Machine): Promise<{ path: string; stdout: string } | undefined> {
  for (const path of PROGRAMS) {
    const outcome: CommandOutcome = await machine.run(path, QUERY, TIMEOUT_MS)
    if (outcome.ok) return { path, stdout: outcome.stdout }
    if (outcome.reason !== 'missing') return undefined
  }
  return undefined
}

async function deviceMemory(machine: Machine, path: string, device: VisibleDevice): Promise<DeviceMemory> {
  const { gpu, mig } = device
  if (mig === undefined) return wholeGpu(gpu)
  const name = `${gpu.name} MIG ${mig.profile}`
  const details = await machine.run(path, ['-q', '-x'], TIMEOUT_MS)
  const measured = details.ok ? migMemory(details.stdout, mig) : undefined
  if (measured !== undefined) return { name, ...measured }
  const nominal = profileBytes(mig.profile)
  const totalBytes = nominal === undefined ? undefined : Math.floor(nominal * PROFILE_SHARE)
  return { name, totalBytes, freeBytes: undefined }
}

const wholeGpu = ({ name, totalBytes, freeBytes }: NvidiaGpu): DeviceMemory => ({
  name,
  totalBytes,
  freeBytes,
})

function budgetOf(device: DeviceMemory, machine: Machine): MemoryBudget {
  const { name, totalBytes, freeBytes } = device
  const known = freeBytes ?? totalBytes
  if (known === undefined) {
    // Jetson and Grace-Blackwell boards: the GPU works in the system's memory.
    const { bytes, detail } = shareOfMemory(machine.memory())
    return { bytes, source: 'nvidia-smi', device: name, detail: `it shares the system’s memory: ${detail}` }
  }
  const what = freeBytes === undefined ? formatBytes(known) : `${formatBytes(known)} free`
  const of = totalBytes === undefined || freeBytes === undefined ? '' : ` of ${formatBytes(totalBytes)}`
  return {
    bytes: Math.floor(known * GPU_SHARE),
    source: 'nvidia-smi',
    device: name,
    detail: `${GPU_SHARE * 100} % of ${what}${of}`,
  }
}
