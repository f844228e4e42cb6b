import { elementCount, type Tensor } from '../../base/tensor.ts'
import { MissingWeightError } from '../../engine/engine-error.ts'
import { loadWeight } from '../../engine/load-weight.ts'
import type { WeightSource } from '../../engine/weight-source.ts'

/**
 * Frozen tensors as they are fed: widened to f32 once, in memory that the engine's thread shares. Answers a function
 * that throws MissingWeightError for a name that is not there.
 */
export function fedWeights(weights: WeightSource): (name: string) => Tensor {
  const fed = new Map<string, Tensor>()
  return (name) => {
    const known = fed.get(name)
    if (known !== undefined) return known
    const stored = weights.get(name)
    if (stored === undefined) throw new MissingWeightError(name)
    const data = new Float32Array(new SharedArrayBuffer(4 * elementCount(stored.shape)))
    data.set(loadWeight(stored))
    const tensor: Tensor = { dtype: 'f32', shape: stored.shape, data }
    fed.set(name, tensor)
    return tensor
  }
}
