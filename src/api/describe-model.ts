import type { ModuleShape } from '../adapter/module-shape.ts'
import { elementCount } from '../base/tensor.ts'
import type { Checkpoint } from '../model/checkpoint.ts'
import type { ModelDescription } from '../rank/model-description.ts'

/** What the rank policy must know of a base model. */
export function describeModel(
  { config, weights }: Checkpoint,
  modules: readonly ModuleShape[],
): ModelDescription {
  const parameters = [...weights.values()].reduce((sum, { shape }) => sum + elementCount(shape), 0)
  return {
    layers: config.layerCount,
    hiddenSize: config.hiddenSize,
    intermediateSize: config.intermediateSize,
    heads: config.headCount,
    kvHeads: config.kvHeadCount,
    headDim: config.headDim,
    vocabulary: config.vocabSize,
    weightBytes: 4 * parameters,
    modules,
  }
}
