import type { WeightSource } from '../engine/weight-source.ts'
import type { ChatTemplate } from './chat-template.ts'
import type { Family } from './family.ts'
import type { GenerationDefaults, ModelConfig } from './model-config.ts'
import type { Tokenizer } from './tokenizer.ts'

/** A base model: what it computes, where its weights are, and how it reads and writes text. */
export interface Checkpoint {
  /** Where it was loaded from; null for one made in memory. */
  readonly directory: string | null
  readonly config: ModelConfig
  readonly family: Family
  /** Places of every tensor the model needs, by transformers' full name; nothing is in memory. */
  readonly weights: WeightSource
  /** Null where the directory has no tokenizer.json. */
  readonly tokenizer: Tokenizer | null
  readonly chatTemplate: ChatTemplate | null
  readonly generation: GenerationDefaults
  /** What the files say and we ignore, for people. */
  readonly notes: readonly string[]
  /**
   * SHA-256 (hex) of what the model computes: its configuration and every tensor's name, shape, type and
   * bytes, however they are sharded. The weights are read as a stream; the answer is kept.
   */
  fingerprint(): Promise<string>
}
