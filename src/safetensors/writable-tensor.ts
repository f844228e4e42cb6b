import type { TensorShape } from './layout.ts'
import { narrowToBfloat16 } from './widen.ts'

/** A tensor to write. `BF16` takes float32 values and rounds them. */
export type WritableTensor = Omit<TensorShape, 'dtype'> &
  (
    | { readonly dtype: 'F32' | 'BF16'; readonly data: Float32Array }
    | { readonly dtype: 'F64'; readonly data: Float64Array }
    | { readonly dtype: 'I32'; readonly data: Int32Array }
    | { readonly dtype: 'I64'; readonly data: BigInt64Array }
    | { readonly dtype: 'U8'; readonly data: Uint8Array }
  )

/** The stored bytes of a tensor (a view where nothing has to be rounded). */
export function storedBytes(tensor: WritableTensor): Uint8Array {
  const data = tensor.dtype === 'BF16' ? narrowToBfloat16(tensor.data) : tensor.data
  const expected = tensor.shape.reduce((product, size) => product * size, 1)
  if (data.length !== expected) {
    throw new RangeError(`${tensor.name} has ${data.length} elements where its shape asks for ${expected}`)
  }
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
