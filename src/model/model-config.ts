export type FamilyName = 'gpt2' | 'llama' | 'qwen2' | 'qwen3' | 'mistral'

/** Activation of the feed-forward part: SiLU, exact GELU, or GPT-2's approximation of it by tanh. */
export type Activation = 'silu' | 'gelu' | 'geluTanh'

/** What every family has. Sizes are in elements. */
interface CommonConfig {
  readonly vocabSize: number
  readonly hiddenSize: number
  readonly layerCount: number
  readonly headCount: number
  readonly headDim: number
  readonly intermediateSize: number
  readonly maxPositions: number
  readonly normEpsilon: number
  readonly activation: Activation
  /** The output head shares the token embedding's weights. */
  readonly tiedHead: boolean
  /** Standard deviation of fresh weights (pretraining only). */
  readonly initializerRange: number
}

export interface Gpt2Config extends CommonConfig {
  readonly family: 'gpt2'
  readonly kvHeadCount: number
  /** Divide attention scores by √headDim. */
  readonly scaleAttention: boolean
  /** Divide the scores of layer i by i + 1 too. */
  readonly scaleAttentionByLayer: boolean
}

/** A decoder with RMS norms, rotary positions and a gated feed-forward part. */
export interface LlamaConfig extends CommonConfig {
  readonly family: 'llama' | 'qwen2' | 'qwen3' | 'mistral'
  /** Keys and values have this many heads, each shared by headCount / kvHeadCount queries (arXiv 2305.13245). */
  readonly kvHeadCount: number
  readonly rope: RopeConfig
  readonly queryKeyValueBias: boolean
  readonly attentionOutputBias: boolean
  readonly feedForwardBias: boolean
  /** RMS norms over each head's queries and keys, before the rotation (qwen3). */
  readonly queryKeyNorm: boolean
  /** Per layer: how many positions back (itself included) a token sees; null sees all. */
  readonly slidingWindows: readonly (number | null)[]
}

export type ModelConfig = Gpt2Config | LlamaConfig

/** Rotary position embedding (arXiv 2104.09864). */
export interface RopeConfig {
  readonly theta: number
  /** Llama 3.1's stretching of long wavelengths, or null. */
  readonly llama3: Llama3RopeScaling | null
}

export interface Llama3RopeScaling {
  readonly factor: number
  readonly lowFrequencyFactor: number
  readonly highFrequencyFactor: number
  readonly originalMaxPositions: number
}

/** How text is generated unless the user says otherwise (`generation_config.json`). */
export interface GenerationDefaults {
  readonly bosTokenId: number | null
  readonly eosTokenIds: readonly number[]
  readonly padTokenId: number | null
  readonly sample: boolean
  readonly temperature: number
  readonly topP: number
  readonly topK: number
}
