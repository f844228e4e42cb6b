import { FlexswarmError } from '../../base/flexswarm-error.ts'
import type { Moments, OptimizerState } from './adamw.ts'

/** A float32 tensor with a name, as a safetensors writer takes it. */
export interface NamedTensor {
  readonly name: string
  readonly dtype: 'F32'
  readonly shape: readonly number[]
  readonly data: Float32Array
}

const FIRST = 'first.'
const SECOND = 'second.'

/** An optimiser's memory does not fit: not ours, or of another model. */
class InvalidOptimizerStateError extends FlexswarmError<'TRAIN_OPTIMIZER_STATE', { problem: string }> {
  constructor(problem: string) {
    super(
      'TRAIN_OPTIMIZER_STATE',
      `The optimiser's saved state cannot be used: ${problem}`,
      'Start training without it: the optimiser begins anew.',
      { problem },
    )
  }
}

/** What AdamW remembers as tensors and metadata of a safetensors file. */
export function optimizerTensors(state: OptimizerState): {
  tensors: NamedTensor[]
  metadata: Record<string, string>
} {
  const tensors = [...state.moments].flatMap(([name, { first, second }]) => [
    flat(`${FIRST}${name}`, first),
    flat(`${SECOND}${name}`, second),
  ])
  return { tensors, metadata: { format: 'flexswarm-adamw', step: String(state.step) } }
}

/** The reverse of `optimizerTensors`. Throws InvalidOptimizerStateError. */
export function readOptimizerTensors(
  names: Iterable<string>,
  read: (name: string) => Float32Array,
  metadata: Readonly<Record<string, string>>,
): OptimizerState {
  const step = Number(metadata['step'])
  if (metadata['format'] !== 'flexswarm-adamw' || !Number.isSafeInteger(step) || step < 0) {
    throw new InvalidOptimizerStateError('it was not written by flexswarm')
  }
  const known = new Set(names)
  const moments = new Map<string, Moments>()
  for (const name of known) {
    if (!name.startsWith(FIRST)) continue
    const parameter = name.slice(FIRST.length)
    if (!known.has(SECOND + parameter)) throw new InvalidOptimizerStateError(`${parameter} is incomplete`)
    const first = read(name)
    const second = read(SECOND + parameter)
    if (first.length !== second.length) throw new InvalidOptimizerStateError(`${parameter} is torn`)
    moments.set(parameter, { first, second })
  }
  return { step, moments }
}

const flat = (name: string, data: Float32Array): NamedTensor => ({
  name,
  dtype: 'F32',
  shape: [data.length],
  data,
})
