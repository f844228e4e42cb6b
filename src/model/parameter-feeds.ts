import { FlexswarmError } from '../base/flexswarm-error.ts'
import { elementCount, type Tensor } from '../base/tensor.ts'
import type { Parameters } from './batch.ts'

/** A parameter is missing or has another number of elements than the model's. */
export class ParameterError extends FlexswarmError<
  'MODEL_PARAMETER',
  { name: string; expected: readonly number[]; actual: number | null }
> {
  constructor(name: string, expected: readonly number[], actual: number | null) {
    const found = actual === null ? 'is missing' : `has ${actual} elements`
    super(
      'MODEL_PARAMETER',
      `parameter ${name} ${found}; the model wants [${expected.join(', ')}]`,
      'Check that the adapter was made for this model, with these target modules and ranks.',
      { name, expected, actual },
    )
  }
}

/** The parameters as tensors to feed. Throws `ParameterError`. */
export function parameterFeeds(
  shapes: ReadonlyMap<string, readonly number[]>,
  parameters: Parameters,
): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {}
  for (const [name, shape] of shapes) {
    const data = parameters.get(name)
    if (data?.length !== elementCount(shape)) throw new ParameterError(name, shape, data?.length ?? null)
    feeds[name] = { dtype: 'f32', shape, data }
  }
  return feeds
}
