import type { Factors } from '../base/adapter.ts'

/** Rank and scaling of one adapted module. */
interface LoraModule {
  readonly rank: number
  /** α/r, or α/√r under rsLoRA. */
  readonly scaling: number
}

/** Which modules are adapted, by their names in the base model. */
export type LoraSpec = ReadonlyMap<string, LoraModule>

/** Names of a module's two factors among the parameters, as `peft` ends its keys. */
export const loraNames = (module: string): { readonly a: string; readonly b: string } => ({
  a: `${module}.lora_A.weight`,
  b: `${module}.lora_B.weight`,
})

/** What a graph must know of given factors. */
export const loraSpec = (factors: Factors): LoraSpec =>
  new Map([...factors].map(([module, { rank, scaling }]) => [module, { rank, scaling }]))

/** The factors' values by parameter name. The arrays are the factors' own. */
export const loraParameters = (factors: Factors): Map<string, Float32Array> =>
  new Map(
    [...factors].flatMap(([module, { a, b }]) => {
      const names = loraNames(module)
      return [
        [names.a, a],
        [names.b, b],
      ] as const
    }),
  )
