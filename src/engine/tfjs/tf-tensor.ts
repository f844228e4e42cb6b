import type { Tensor } from '../../base/tensor.ts'
import { FeedError } from '../engine-error.ts'
import type { TensorFlow, TfTensor } from './tensor-flow.ts'

/** The tensor as the library's. It may lie over the same memory, so it must not outlive the run. */
export function toTfTensor(tf: TensorFlow, tensor: Tensor | undefined, name: string): TfTensor {
  if (tensor === undefined) throw new FeedError(name, 'nothing was fed')
  if (tensor.dtype === 'f64') throw new FeedError(name, 'is f64, which TensorFlow.js does not have')
  return tf.tensor(tensor.data, [...tensor.shape], tensor.dtype === 'i32' ? 'int32' : 'float32')
}

/** The library's tensor as ours, over memory of its own. */
export async function fromTfTensor(tensor: TfTensor): Promise<Tensor> {
  const data = await tensor.data()
  const shape = [...tensor.shape]
  return data instanceof Int32Array
    ? { dtype: 'i32', shape, data: data.slice() }
    : { dtype: 'f32', shape, data: Float32Array.from(data) }
}
