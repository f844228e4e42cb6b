import type { CudaEnvironment } from './machine.ts'
import type { MigDevice, NvidiaGpu } from './nvidia-devices.ts'

/** What CUDA would take first: a whole GPU, or a slice of one. */
export type VisibleDevice =
  | { readonly gpu: NvidiaGpu; readonly mig?: undefined }
  | { readonly gpu: NvidiaGpu; readonly mig: MigDevice }

/**
 * The devices that may be CUDA's device 0, or none where CUDA_VISIBLE_DEVICES hides all. It is a list of
 * numbers and of beginnings of UUIDs that counts up to its first invalid entry (CUDA C Programming Guide,
 * "CUDA Environment Variables"), so only its first entry matters here. There may be several answers: unless
 * CUDA_DEVICE_ORDER is PCI_BUS_ID, CUDA numbers the fastest first and nvidia-smi by bus.
 */
export function firstVisibleDevices(
  gpus: readonly NvidiaGpu[],
  migDevices: readonly MigDevice[],
  environment: CudaEnvironment,
): VisibleDevice[] {
  const list = environment.CUDA_VISIBLE_DEVICES
  const first = list === undefined ? '0' : (list.split(',')[0]?.trim() ?? '')
  if (/^MIG-/i.test(first)) return migByUuid(first, gpus, migDevices)
  const chosen = /^\d+$/.test(first)
    ? gpusByNumber(Number(first), gpus, environment)
    : gpusByUuid(first, gpus)
  return chosen.map((gpu) => {
    // Where a GPU is sliced, CUDA sees its first slice and never the whole.
    const mig = migDevices.find((device) => device.gpuUuid === gpu.uuid)
    return mig === undefined ? { gpu } : { gpu, mig }
  })
}

function gpusByNumber(index: number, gpus: readonly NvidiaGpu[], environment: CudaEnvironment): NvidiaGpu[] {
  const byBus = environment.CUDA_DEVICE_ORDER === 'PCI_BUS_ID'
  const alike = new Set(gpus.map((gpu) => gpu.name)).size === 1
  if (byBus || alike) return gpus.filter((gpu) => gpu.index === index)
  return index < gpus.length ? [...gpus] : []
}

function gpusByUuid(beginning: string, gpus: readonly NvidiaGpu[]): NvidiaGpu[] {
  if (!/^GPU-/i.test(beginning)) return []
  const found = gpus.filter((gpu) => gpu.uuid.toLowerCase().startsWith(beginning.toLowerCase()))
  return found.length === 1 ? found : []
}

function migByUuid(
  beginning: string,
  gpus: readonly NvidiaGpu[],
  migDevices: readonly MigDevice[],
): VisibleDevice[] {
  const found = migDevices.filter((device) => device.uuid.toLowerCase().startsWith(beginning.toLowerCase()))
  const mig = found.length === 1 ? found[0] : undefined
  const gpu = gpus.find((candidate) => candidate.uuid === mig?.gpuUuid)
  return mig === undefined || gpu === undefined ? [] : [{ gpu, mig }]
}
