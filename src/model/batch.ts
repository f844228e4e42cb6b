/** The label of a position without loss, as in PyTorch. */
export const NO_LABEL = -100

/** Sequences of one length, row-major [size, length]. */
export interface Sequences {
  readonly size: number
  readonly length: number
  readonly inputIds: Int32Array
  /** 1 at tokens, 0 at padding. Sequences are padded on the right. */
  readonly attentionMask: Int32Array
}

/** Sequences to learn from or to measure. */
export interface Batch extends Sequences {
  /** The id of a token that is to be predicted from those before it, or -100. Not shifted. */
  readonly labels: Int32Array
}

/** The values of every parameter by name. */
export type Parameters = ReadonlyMap<string, Float32Array>
