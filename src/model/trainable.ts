import type { Batch, Parameters } from './batch.ts'
import type { LoraSpec } from './lora-spec.ts'

export interface TrainableOptions {
  /** Modules with LoRA factors. Default none. */
  readonly lora?: LoraSpec
  /** `lora`: only the factors learn; `all`: every tensor of the base model does too. Default `lora`. */
  readonly trainable?: 'lora' | 'all'
  /** Share of a LoRA branch's inputs that are dropped. Default 0. */
  readonly dropout?: number
  /**
   * `whole`: one graph of the model, the quickest. `layered`: a graph of one layer that all layers share, which is
   * computed again on the way back: it takes longer, but only one layer's activations at a time. Default `whole`.
   */
  readonly graph?: 'whole' | 'layered'
}

interface StepOptions {
  /** Seed of the dropout masks, another at every step. Default 0. */
  readonly seed?: number
  /** Gradients are of the summed loss times this. Default 1 / tokens: of the mean loss. */
  readonly lossScale?: number
}

export interface StepResult {
  /** Cross-entropy summed over the labelled tokens, in nats. */
  readonly lossSum: number
  /** Labelled tokens that have a token before them. */
  readonly tokens: number
  /** By parameter name, in the parameter's shape. */
  readonly gradients: Map<string, Float32Array>
}

/** A model whose loss can be differentiated. */
export interface Trainable {
  /** Shapes of what is trained, by name: `<module>.lora_A.weight`, …, and base tensors under `all`. */
  readonly parameters: ReadonlyMap<string, readonly number[]>
  step(batch: Batch, parameters: Parameters, options?: StepOptions): Promise<StepResult>
  close(): Promise<void>
}
