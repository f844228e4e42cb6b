import type { Checkpoint } from './checkpoint.ts'
import type { LinearModule } from './linear-module.ts'
import { type LoraSpec, loraNames } from './lora-spec.ts'
import { UnmatchedTargetsError } from './model-errors.ts'

/** Shapes by name of everything a model learns, in the order of the computation. */
export function parameterShapes(
  { config, family }: Pick<Checkpoint, 'config' | 'family'>,
  options: { readonly lora?: LoraSpec; readonly trainable?: 'lora' | 'all' },
): Map<string, readonly number[]> {
  const base = options.trainable === 'all' ? family.tensors(config) : []
  return new Map([...base, ...loraShapes(family.linears(config), options.lora ?? new Map())])
}

/** A is [rank, in], B is [out, rank]. Throws `UnmatchedTargetsError`. */
export function loraShapes(modules: readonly LinearModule[], lora: LoraSpec): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>()
  const unknown = new Set(lora.keys())
  for (const { name, inFeatures, outFeatures } of modules) {
    const adapted = lora.get(name)
    if (adapted === undefined) continue
    unknown.delete(name)
    shapes.set(loraNames(name).a, [adapted.rank, inFeatures])
    shapes.set(loraNames(name).b, [outFeatures, adapted.rank])
  }
  if (unknown.size > 0) {
    throw new UnmatchedTargetsError([...unknown], modules.map(({ name }) => name).slice(0, 7))
  }
  return shapes
}
