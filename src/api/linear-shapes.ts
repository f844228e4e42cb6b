import { checkFit } from '../adapter/check-fit.ts'
import type { ModuleShape } from '../adapter/module-shape.ts'
import { readAdapter } from '../adapter/read-adapter.ts'
import type { Adapter } from '../base/adapter.ts'
import type { Checkpoint } from '../model/checkpoint.ts'
import { linearModules } from '../model/resolve-targets.ts'

/** Every linear module of a base model with its shape. */
export function linearShapes({ config }: Checkpoint): ModuleShape[] {
  return linearModules(config).map(({ name, inFeatures, outFeatures }) => ({ name, inFeatures, outFeatures }))
}

/**
 * Reads a `peft` adapter and checks that it belongs to the base model.
 *
 * @throws `UnknownModuleError`, `ModuleShapeError`, `RankTooLargeError` where it is another model's
 */
export function readAdapterFor(checkpoint: Checkpoint, directory: string): Adapter {
  const adapter = readAdapter(directory)
  checkFit(adapter.factors, linearShapes(checkpoint))
  return adapter
}
