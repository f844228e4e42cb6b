import { EngineUnavailableError } from './engine-error.ts'
import type { EngineOptions } from './engine-protocol.ts'
import type { Executor } from './executor.ts'
import type { OnnxDevice } from './onnxruntime/choose-device.ts'
import { DEVICES, hasGraphicsDevice } from './onnxruntime/choose-device.ts'
import { createOnnxExecutor } from './onnxruntime/onnx-executor.ts'

/**
 * Starts the wanted executor in this thread. `auto` is onnxruntime, unless that finds no GPU and tfjs does.
 * Libraries are loaded only when they are chosen.
 */
export async function chooseExecutor(options: EngineOptions): Promise<Executor> {
  const { engine = 'auto', device } = options
  if (engine === 'tfjs') return openTfjs(device)
  if (engine === 'onnxruntime' || device !== undefined) return openOnnxRuntime(options)
  const onnxruntime = await openOnnxRuntime(options)
  if (onnxruntime.device !== 'cpu' || !hasGraphicsDevice()) return onnxruntime
  const tfjs = await openTfjs('tfjs-node-gpu').catch(() => undefined)
  if (tfjs === undefined) return onnxruntime
  await onnxruntime.close()
  return tfjs
}

function openOnnxRuntime({ device, threads }: EngineOptions): Promise<Executor> {
  return createOnnxExecutor({
    ...(device === undefined ? {} : { device: requireOnnxDevice(device) }),
    ...(threads === undefined ? {} : { threads }),
  })
}

function requireOnnxDevice(device: string): OnnxDevice {
  const known = DEVICES.find((name) => name === device)
  if (known !== undefined) return known
  throw new EngineUnavailableError(
    'onnxruntime',
    `it has no device "${device}"`,
    `Choose one of: ${DEVICES.join(', ')}.`,
  )
}

async function openTfjs(device: string | undefined): Promise<Executor> {
  const { createTfjsExecutor } = await import('./tfjs/tfjs-executor.ts')
  return createTfjsExecutor(device === undefined ? {} : { device })
}
