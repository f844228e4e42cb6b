/** A linear module of the base model, as LoRA sees it (whatever way round the base stores its weight). */
export interface ModuleShape {
  readonly name: string
  readonly inFeatures: number
  readonly outFeatures: number
}
