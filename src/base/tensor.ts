/** A dense row-major tensor in memory. It belongs to no library, so every folder may hold one. */
export type Tensor =
  | { readonly dtype: 'f32'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: 'f64'; readonly shape: readonly number[]; readonly data: Float64Array }
  | { readonly dtype: 'i32'; readonly shape: readonly number[]; readonly data: Int32Array }

/** How many elements a tensor of this shape has; 1 for a scalar. */
export const elementCount = (shape: readonly number[]): number =>
  shape.reduce((count, size) => count * size, 1)
