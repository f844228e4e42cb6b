/** A label that carries no loss, as in `torch.nn.CrossEntropyLoss`. */
export const NO_LOSS = -100

/**
 * One training sequence. `labels[i]` is `ids[i]` where the token is to be learnt (from those before it: the shift
 * is the loss's affair), else `NO_LOSS`. Both have the same length.
 */
export interface TokenExample {
  readonly ids: Int32Array
  readonly labels: Int32Array
}

/** How many tokens of a sequence carry loss: the first never does, nothing comes before it. */
export function countLossTokens(labels: Int32Array): number {
  let count = 0
  for (let at = 1; at < labels.length; at++) if (labels[at] !== NO_LOSS) count++
  return count
}
