/**
 * LoRA factors of one linear module: ΔW = scaling · B · A (LoRA, arXiv 2106.09685, eq. 3).
 * `a` is [rank, inFeatures] and `b` is [outFeatures, rank], both row-major, as in `peft`.
 */
export interface ModuleFactors {
  readonly rank: number
  readonly inFeatures: number
  readonly outFeatures: number
  /** α/r, or α/√r under rsLoRA (arXiv 2312.03732). */
  readonly scaling: number
  readonly a: Float32Array
  readonly b: Float32Array
}

/** LoRA factors of every adapted module, by the module's name in the base model. */
export type Factors = ReadonlyMap<string, ModuleFactors>

/** What `peft` keeps in `adapter_config.json`, as far as we train it. */
export interface AdapterConfig {
  readonly baseModel: string | null
  readonly rank: number
  readonly alpha: number
  readonly rsLora: boolean
  readonly dropout: number
  /** Module name suffixes (`['q_proj']`), a regular expression (`'.*\\.q_proj'`), or `'all-linear'`. */
  readonly targetModules: readonly string[] | string
  /** Ranks that differ from `rank`, by module name pattern. */
  readonly rankPattern: Readonly<Record<string, number>>
  /** Alphas that differ from `alpha`, by module name pattern. */
  readonly alphaPattern: Readonly<Record<string, number>>
  /** True where the base stores its weights as [in, out] (GPT-2's Conv1D). */
  readonly fanInFanOut: boolean
}

export interface Adapter {
  readonly config: AdapterConfig
  readonly factors: Factors
}

/** The factor that multiplies B·A: α/r, or α/√r under rsLoRA. */
export function loraScaling(alpha: number, rank: number, rsLora: boolean): number {
  return alpha / (rsLora ? Math.sqrt(rank) : rank)
}
