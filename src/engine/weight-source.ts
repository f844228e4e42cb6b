/** How a checkpoint stores numbers. */
export type StoredDtype = 'f32' | 'f16' | 'bf16'

/** Where the bytes of a tensor are (little endian, row-major): in memory, or a stretch of a file. */
export type WeightLocation =
  | { readonly bytes: Uint8Array }
  | { readonly file: string; readonly offset: number; readonly length: number }

/** One tensor of a checkpoint. It is plain data, so that it can go to a worker thread. */
export interface StoredWeight {
  readonly shape: readonly number[]
  readonly dtype: StoredDtype
  readonly location: WeightLocation
}

/** The frozen tensors a graph may name with `weight(name, shape)`. */
export type WeightSource = ReadonlyMap<string, StoredWeight>
