import type { Tensor as OrtTensor } from 'onnxruntime-node'
import type { Tensor } from '../../base/tensor.ts'
import { EngineFailureError } from '../engine-error.ts'
import type { OnnxRuntime } from './load-onnxruntime.ts'

/** The tensor as ONNX Runtime's, over the same memory. */
export function toOnnxTensor(ort: OnnxRuntime, tensor: Tensor): OrtTensor {
  if (tensor.dtype === 'f32') return new ort.Tensor('float32', tensor.data, tensor.shape)
  if (tensor.dtype === 'i32') return new ort.Tensor('int32', tensor.data, tensor.shape)
  return new ort.Tensor('float64', tensor.data, tensor.shape)
}

/** ONNX Runtime's tensor as ours, over the same memory. */
export function fromOnnxTensor(tensor: OrtTensor): Tensor {
  const { data, dims: shape } = tensor
  if (data instanceof Float32Array) return { dtype: 'f32', shape, data }
  if (data instanceof Int32Array) return { dtype: 'i32', shape, data }
  throw new EngineFailureError('onnxruntime', `it answered a tensor of type ${tensor.type}`)
}
