import type { ModuleShape } from '../adapter/module-shape.ts'
import type { AdapterConfig } from '../base/adapter.ts'

export interface AdapterChoices {
  /** The base model's directory or name, for whoever loads the adapter. */
  readonly baseModel: string
  readonly rank: number
  readonly alpha: number
  readonly rsLora: boolean
  readonly dropout: number
  readonly modules: readonly (ModuleShape & { readonly fanInFanOut: boolean })[]
}

/** The configuration of an adapter of one rank and alpha, its modules named by their last parts as `peft` does. */
export function adapterConfig({ modules, ...choices }: AdapterChoices): AdapterConfig {
  const endings = modules.map(({ name }) => name.slice(name.lastIndexOf('.') + 1))
  return {
    ...choices,
    targetModules: [...new Set(endings)],
    rankPattern: {},
    alphaPattern: {},
    fanInFanOut: modules.some(({ fanInFanOut }) => fanInFanOut),
  }
}
