import type { Tensor } from '../base/tensor.ts'
import type { CompileOptions, Executor, Feeds, Fetches } from './executor.ts'
import type { WeightSource } from './weight-source.ts'
import type { WireError } from './wire-error.ts'
import type { WireGraph } from './wire-graph.ts'

export interface EngineOptions {
  /** Default `'auto'`: onnxruntime, or tfjs where only that finds a GPU. */
  readonly engine?: 'auto' | 'onnxruntime' | 'tfjs'
  /** `cuda`, `webgpu` or `cpu` for onnxruntime; a backend's name for tfjs. Default: the best that works. */
  readonly device?: string
  /** CPU threads of the engine. Default: its own choice. */
  readonly threads?: number
}

/** What the engine's thread is asked, by name: argument and answer. */
export interface EngineCalls {
  open: [argument: EngineOptions, answer: Pick<Executor, 'name' | 'device'>]
  compile: [
    argument: { graph: WireGraph; weights: WeightSource; options: CompileOptions },
    answer: { program: number },
  ]
  run: [argument: { program: number; feeds: Feeds }, answer: Fetches]
  dispose: [argument: { program: number }, answer: undefined]
  close: [argument: undefined, answer: undefined]
}

export type EngineCall = keyof EngineCalls

export interface EngineRequest<Call extends EngineCall = EngineCall> {
  readonly id: number
  readonly call: Call
  readonly argument: EngineCalls[Call][0]
}

export type EngineReply =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: WireError }

/** The tensor over memory of its own: copying a view copies all that lies under it. Shared memory is not copied. */
function compactTensor(tensor: Tensor): Tensor {
  const { buffer, byteLength } = tensor.data
  if (byteLength === buffer.byteLength || buffer instanceof SharedArrayBuffer) return tensor
  if (tensor.dtype === 'f32') return { ...tensor, data: tensor.data.slice() }
  if (tensor.dtype === 'i32') return { ...tensor, data: tensor.data.slice() }
  return { ...tensor, data: tensor.data.slice() }
}

export const compactTensors = (tensors: Feeds): Fetches =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, compactTensor(tensor)]))
