import type { Value } from '../graph/value.ts'
import { MissingWeightError, WeightShapeError } from './engine-error.ts'
import type { StoredWeight, WeightSource } from './weight-source.ts'

/** The stored tensor of a weight of the graph. Throws where it is missing or of another shape. */
export function requireWeight(weights: WeightSource, value: Value): StoredWeight {
  if (value.operation.kind !== 'weight') throw new TypeError(`${value.operation.kind} is no weight`)
  const { name } = value.operation
  const stored = weights.get(name)
  if (stored === undefined) throw new MissingWeightError(name)
  const same = stored.shape.length === value.shape.length
  if (!same || stored.shape.some((size, axis) => size !== value.shape[axis])) {
    throw new WeightShapeError(name, value.shape, stored.shape)
  }
  return stored
}
