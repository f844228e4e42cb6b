/** A linear module that gets LoRA factors. */
export interface AdaptedModule {
  readonly name: string
  readonly inFeatures: number
  readonly outFeatures: number
}

/** What the memory of training a model depends on. */
export interface ModelDescription {
  readonly layers: number
  readonly hiddenSize: number
  readonly intermediateSize: number
  readonly heads: number
  readonly kvHeads: number
  readonly headDim: number
  readonly vocabulary: number
  /** Size of the base weights as the executor holds them: 4 bytes a parameter, widened to f32. */
  readonly weightBytes: number
  readonly modules: readonly AdaptedModule[]
}

/** One training step: what is in memory at the same time. */
export interface TrainingShape {
  /** Sequences that go through the model together: a micro-batch. */
  readonly batch: number
  /** Tokens in the longest sequence. */
  readonly length: number
  /** `layered` keeps each layer's input only and computes the rest again on the way back. Default `whole`. */
  readonly graph?: 'whole' | 'layered'
  /** Tokens whose logits are in memory at once, where the loss is taken in chunks. Default: all. */
  readonly lossTokens?: number
}
