import { existsSync, readdirSync } from 'node:fs'
import { EngineUnavailableError } from '../engine-error.ts'
import type { OnnxRuntime } from './load-onnxruntime.ts'
import { encodeOnnxModel } from './onnx-model.ts'

export const DEVICES = ['cuda', 'webgpu', 'cpu'] as const
export type OnnxDevice = (typeof DEVICES)[number]

/**
 * The device to run on: the wanted one, else the first of cuda, webgpu and cpu that works here.
 * Throws EngineUnavailableError where the wanted one does not.
 */
export async function chooseDevice(ort: OnnxRuntime, wanted?: OnnxDevice): Promise<OnnxDevice> {
  if (wanted !== undefined) return requireDevice(ort, wanted)
  for (const device of DEVICES) if ((await trial(ort, device)) === undefined) return device
  return 'cpu'
}

async function requireDevice(ort: OnnxRuntime, device: OnnxDevice): Promise<OnnxDevice> {
  const failure = await trial(ort, device)
  if (failure === undefined) return device
  const nextStep = `Leave the device to flexswarm, or choose one of: ${DEVICES.join(', ')}.`
  throw new EngineUnavailableError('onnxruntime', `device "${device}": ${failure}`, nextStep)
}

/** Runs one addition on a device; the answer is why it cannot be used, undefined where it can. */
async function trial(ort: OnnxRuntime, device: OnnxDevice): Promise<string | undefined> {
  if (device === 'cpu') return undefined
  if (!ort.listSupportedBackends().some(({ name }) => name === device)) return 'not in this onnxruntime-node'
  if (!hasGraphicsDevice()) return 'this machine shows no graphics processor'
  try {
    const session = await ort.InferenceSession.create(additionModel(), {
      executionProviders: [device],
      logSeverityLevel: 4,
    })
    const one = new ort.Tensor('float32', Float32Array.of(1), [1])
    const { y } = await session.run({ x: one })
    await session.release()
    return y?.data[0] === 2 ? undefined : 'it computed 1 + 1 wrong'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Whether there is a real adapter: WebGPU would also start on a software one, slower than the CPU. */
export function hasGraphicsDevice(): boolean {
  if (process.platform !== 'linux') return true
  if (existsSync('/dev/nvidia0') || existsSync('/dev/dxg')) return true
  return existsSync('/dev/dri') && readdirSync('/dev/dri').some((name) => name.startsWith('renderD'))
}

const additionModel = () =>
  encodeOnnxModel({
    nodes: [{ opType: 'Add', domain: '', input: ['x', 'x'], output: ['y'], attributes: {} }],
    initializers: [],
    inputs: [{ name: 'x', element: 'f32', dims: [1] }],
    outputs: [{ name: 'y', element: 'f32', dims: [1] }],
  })
