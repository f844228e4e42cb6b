/**
 * Bytes of one element of each tensor type that a safetensors file may name, in the order in which the
 * reference implementation ranks them (it writes wider types first, so that every tensor is aligned).
 * Types of less than a byte (F4, F6) are left out: a file that has them is refused by name.
 */
export const DTYPE_BYTES = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  C64: 8,
  F64: 8,
  I64: 8,
  U64: 8,
} as const

export type Dtype = keyof typeof DTYPE_BYTES

const RANKED = Object.keys(DTYPE_BYTES) as Dtype[]

export const isDtype = (name: unknown): name is Dtype =>
  typeof name === 'string' && Object.hasOwn(DTYPE_BYTES, name)

/** Place of a type in the reference implementation's order. */
export const dtypeOrder = (dtype: Dtype): number => RANKED.indexOf(dtype)
