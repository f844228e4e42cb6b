import { type Batch, NO_LABEL } from './batch.ts'

/** The positions that a loss is taken at: the head of the model runs on these only. */
export interface LabelledRows {
  /** Numbers of the positions in the flattened [size · length] whose logits predict a label. */
  readonly rows: Int32Array
  /** What each of them must predict: the label of the position after it. */
  readonly targets: Int32Array
}

/** Every label is predicted from the position before it; the first position of a sequence predicts nothing. */
export function labelledRows({ size, length, labels }: Batch): LabelledRows {
  const rows: number[] = []
  const targets: number[] = []
  for (let at = 0; at < size * length; at++) {
    const label = labels[at] as number
    if (label === NO_LABEL || at % length === 0) continue
    rows.push(at - 1)
    targets.push(label)
  }
  return { rows: Int32Array.from(rows), targets: Int32Array.from(targets) }
}
