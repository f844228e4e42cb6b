import { styleText } from 'node:util'
import { bar } from './demo/chart.ts'

/** A training step in one line: how far, the loss, the time left. */
export function stepLine(step: { step: number; of: number; loss: number; secondsLeft: number }): string {
  const left = `${Math.ceil(step.secondsLeft)} s left`
  return `${bar(step.step / step.of)} step ${step.step}/${step.of}  loss ${styleText('bold', step.loss.toFixed(4))}  ${left}`
}
