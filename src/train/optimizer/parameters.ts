/** What is trained, by name. Optimisers write into the arrays. */
export type Parameters = ReadonlyMap<string, Float32Array>

/** Gradients of the same names and sizes. */
export type Gradients = ReadonlyMap<string, Float32Array>
