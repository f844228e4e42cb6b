import { NO_LOSS, type TokenExample } from '../../../src/train/batch/token-example.ts'
import type { GradientsOf } from '../../../src/train/loop/accumulate-gradients.ts'

/** A language model of one matrix: `table[previous]` are the logits of the next token. */
export const bigramParameters = (vocabulary: number) =>
  new Map([['table', new Float32Array(vocabulary * vocabulary)]])

/** Its exact loss and gradients. */
export const bigramGradients =
  (vocabulary: number): GradientsOf =>
  async (batch, parameters, { lossScale }) => {
    const table = parameters.get('table') as Float32Array
    const gradient = new Float32Array(table.length)
    let lossSum = 0
    for (let at = 0; at < batch.labels.length; at++) {
      const label = batch.labels[at] as number
      if (at % batch.length === 0 || label === NO_LOSS) continue
      const row = (batch.inputIds[at - 1] as number) * vocabulary
      const exps = table.slice(row, row + vocabulary).map(Math.exp)
      const total = exps.reduce((sum, value) => sum + value, 0)
      lossSum -= Math.log((exps[label] as number) / total)
      for (let token = 0; token < vocabulary; token++) {
        const share = (exps[token] as number) / total - Number(token === label)
        gradient[row + token] = (gradient[row + token] as number) + lossScale * share
      }
    }
    return { lossSum, gradients: new Map([['table', gradient]]) }
  }

/** A training sequence with loss on every token. */
export const tokens = (...ids: number[]): TokenExample => ({
  ids: Int32Array.from(ids),
  labels: Int32Array.from(ids),
})
