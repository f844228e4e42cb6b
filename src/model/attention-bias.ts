/** What is added to the score of a key that must not be seen: its softmax is exactly 0. */
export const UNSEEN = -1e30

export interface BiasShape {
  readonly size: number
  /** New tokens a row. */
  readonly length: number
  /** Slots of the cache a row; slot i keeps position i. */
  readonly slots: number
  /** Tokens of each row that the cache holds; the row's new tokens follow them. */
  readonly cached: Int32Array
  /** How far back a token sees, itself included; null: to the beginning. */
  readonly window: number | null
}

/**
 * Causal mask, padding and sliding window as one tensor [size, 1, length, slots + length]: 0 where a new token
 * sees a key, else `UNSEEN`. `attentionMask` [size, length] says which new tokens are real.
 */
export function attentionBias(shape: BiasShape, attentionMask: Int32Array): Float32Array {
  const { size, length, slots, cached, window } = shape
  const width = slots + length
  const bias = new Float32Array(size * length * width).fill(UNSEEN)
  for (let row = 0; row < size; row++) {
    const past = cached[row] as number
    for (let token = 0; token < length; token++) {
      const at = (row * length + token) * width
      const oldest = window === null ? 0 : Math.max(0, past + token - window + 1)
      if (oldest < past) bias.fill(0, at + oldest, at + past)
      for (let key = Math.max(0, oldest - past); key <= token; key++) {
        if (attentionMask[row * length + key] !== 0) bias[at + slots + key] = 0
      }
    }
  }
  return bias
}
