import type { Value } from '../graph/value.ts'
import type { ConfigReader } from './config-reader.ts'
import type { LinearModule } from './linear-module.ts'
import type { ModelConfig } from './model-config.ts'
import type { ModelParts } from './model-parts.ts'
import type { SequenceInputs } from './sequence-inputs.ts'

/** What one block of a decoder gives: its output, and the keys and values of the new tokens. */
export interface BlockOutput {
  readonly x: Value
  /** [batch, kvHeads, length, headDim], rotated. */
  readonly keys: Value
  readonly values: Value
}

/** The forward computation in three parts, so that a graph may hold a whole model or one layer of it. */
export interface Forward<Config> {
  /** Token ids (and positions) → [batch, length, hidden]. */
  embed(config: Config, parts: ModelParts, inputs: SequenceInputs): Value
  /** [batch, length, hidden] → the same. */
  block(config: Config, parts: ModelParts, layer: number, x: Value, inputs: SequenceInputs): BlockOutput
  /** [rows, hidden] → logits [rows, vocabulary]. */
  head(config: Config, parts: ModelParts, rows: Value): Value
}

/** What one architecture of Hugging Face means. */
export interface Family<Config extends ModelConfig = ModelConfig> {
  /** `model_type` in config.json. */
  readonly name: Config['family']
  /** Classes of transformers whose weights fit; the first one is what we write. */
  readonly architectures: readonly string[]
  /** What a checkpoint of the bare model leaves out of its tensors' names. */
  readonly basePrefix: string
  readConfig(reader: ConfigReader): Config
  /** Everything linear, in the order of the computation. */
  linears(config: Config): LinearModule[]
  /** Every tensor of the base model, with its shape. */
  tensors(config: Config): Map<string, readonly number[]>
  readonly forward: Forward<Config>
}
