import { createRequire } from 'node:module'
import { EngineUnavailableError } from '../engine-error.ts'
import { restoreNodeUtil } from './restore-node-util.ts'
import type { TensorFlow } from './tensor-flow.ts'

/** What TensorFlow.js runs on: native TensorFlow with CUDA, native TensorFlow, or plain JavaScript. */
export const TFJS_DEVICES = ['tfjs-node-gpu', 'tfjs-node', 'tfjs'] as const
export type TfjsDevice = (typeof TFJS_DEVICES)[number]

export interface LoadedTfjs {
  readonly tf: TensorFlow
  readonly device: TfjsDevice
  /** Whether tensors live on a GPU. */
  readonly onGpu: boolean
}

/** Loads a CommonJS package by name; tests give another. */
export type RequirePackage = (name: string) => unknown

/**
 * Loads TensorFlow.js: the wanted package, else the first of tfjs-node-gpu, tfjs-node and tfjs that loads.
 * It is loaded by `require` because the Node packages do that too: an `import` would make a second core,
 * whose tensors the first does not know.
 * Throws EngineUnavailableError where the wanted one does not load, or is the GPU's and finds no GPU.
 */
export async function loadTfjs(
  wanted?: TfjsDevice,
  requirePackage: RequirePackage = createRequire(import.meta.url),
): Promise<LoadedTfjs> {
  restoreNodeUtil()
  const failures: unknown[] = []
  for (const device of wanted === undefined ? TFJS_DEVICES : [wanted]) {
    try {
      return await start(requirePackage(`@tensorflow/${device}`) as TensorFlow, device, wanted)
    } catch (cause) {
      if (cause instanceof EngineUnavailableError) throw cause
      failures.push(cause)
    }
  }
  throw notInstalled(wanted ?? 'tfjs', failures.at(-1))
}

async function start(tf: TensorFlow, device: TfjsDevice, wanted?: TfjsDevice): Promise<LoadedTfjs> {
  // Leaves out checks of every value, and the advice to install another package.
  tf.enableProdMode()
  await tf.setBackend(device === 'tfjs' ? 'cpu' : 'tensorflow')
  await tf.ready()
  const { isUsingGpuDevice = false } = tf.backend() as { isUsingGpuDevice?: boolean }
  if (wanted === 'tfjs-node-gpu' && !isUsingGpuDevice) {
    throw new EngineUnavailableError(
      wanted,
      'it finds no GPU',
      'See that `nvidia-smi` lists one and that CUDA 11 and cuDNN 8 are installed, or leave the device out.',
    )
  }
  return { tf, device, onGpu: isUsingGpuDevice }
}

function notInstalled(device: TfjsDevice, cause: unknown): EngineUnavailableError {
  const missing = (cause as { code?: unknown } | undefined)?.code === 'MODULE_NOT_FOUND'
  const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
  return new EngineUnavailableError(
    device,
    missing ? `the package @tensorflow/${device} is not installed` : `@tensorflow/${device}: ${reason}`,
    `Run \`npm install @tensorflow/${device}@4.22.0\`, or leave the device out to take what is installed.`,
    { cause },
  )
}
